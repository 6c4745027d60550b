"""S3 and DynamoDB of one gate on loopback, scripted: files of any size that are made while they are sent, every call late by
the same time. What is copied is only noted; If-None-Match holds for that."""

import base64
import http.server
import json
import threading
import time
import urllib.parse

BLOCK = (b"2026-11-22T08:15:30.123Z INFO  sensor 17 reports 21.5 degrees, humidity 0.43, all well\n" * 12_200)[:1 << 20]
WHEN = "2026-11-22T08:15:30.000Z"
WHEN_HTTP = "Sun, 22 Nov 2026 08:15:30 GMT"
ETAG = '"0123456789abcdef0123456789abcdef"'


def crc64(data, crc=0):
    """CRC-64/NVME, bit-reflected, as S3 states it."""
    crc ^= (1 << 64) - 1
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    return crc ^ (1 << 64) - 1


def table_entry(index):
    for _ in range(8):
        index = index >> 1 ^ (0x9A6C9329AC4BC9B5 if index & 1 else 0)
    return index


TABLE = [table_entry(index) for index in range(256)]


def combined(first, second, length):
    """The checksum of two texts from that of each and the second's length, as zlib's crc32_combine does it."""
    def times(matrix, vector):
        total, at = 0, 0
        while vector:
            total ^= matrix[at] if vector & 1 else 0
            vector, at = vector >> 1, at + 1
        return total

    matrix = [0x9A6C9329AC4BC9B5] + [1 << bit for bit in range(63)]  # one zero bit
    bits = length * 8
    while bits:
        if bits & 1:
            first = times(matrix, first)
        matrix = [times(matrix, column) for column in matrix]
        bits >>= 1
    return first ^ second


class File:
    """`size` bytes of text."""

    def __init__(self, size):
        self.size = size
        whole, rest = divmod(size, len(BLOCK))
        self.crc, length, power, power_length = 0, 0, None, len(BLOCK)
        while whole:
            power = crc64(BLOCK) if power is None else power
            if whole & 1:
                self.crc = combined(self.crc, power, power_length) if length else power
                length += power_length
            power, power_length, whole = combined(power, power, power_length), power_length * 2, whole >> 1
        tail = crc64(BLOCK[:rest])
        self.crc = combined(self.crc, tail, rest) if length else tail

    def pieces(self, begin, end):
        block = memoryview(BLOCK)
        while begin < end:
            at = begin % len(BLOCK)
            piece = block[at:at + end - begin]
            yield piece
            begin += len(piece)

    @property
    def checksum(self):
        return base64.b64encode(self.crc.to_bytes(8, "big")).decode()


class Small:
    """What was put here: the gate's probes."""

    def __init__(self, data):
        self.data, self.size, self.crc = data, len(data), crc64(data)

    def pieces(self, begin, end):
        yield self.data[begin:end]

    checksum = File.checksum


class Server(http.server.ThreadingHTTPServer):
    """`files`: key -> File, all in every bucket, each one version `v`. `delay`: seconds before each answer."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, files, delay=0.0):
        self.files, self.delay, self.records, self.put = files, delay, {}, {}
        self.calls, self.lock = [], threading.Lock()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_):
        """Who hangs up in the middle of a body may."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def begin(self):
        """The call's body, the key and the query."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        target = self.headers.get("X-Amz-Target", "")
        source = " copy" if "x-amz-copy-source" in self.headers else ""
        with self.server.lock:
            self.server.calls.append(f"{self.command} {self.path} {target}{source}")
        time.sleep(self.server.delay)
        url = urllib.parse.urlsplit(self.path)
        bucket, _, key = urllib.parse.unquote(url.path)[1:].partition("/")
        return body, bucket, key, urllib.parse.parse_qs(url.query, keep_blank_values=True)

    def do_GET(self):
        _, bucket, key, query = self.begin()
        if "versioning" in query:
            return self.answer(200, b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        if "versions" in query:
            return self.answer(200, b"<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>")
        return self.send_file(bucket, key, True)

    def do_HEAD(self):
        _, bucket, key, _ = self.begin()
        self.send_file(bucket, key, False)

    def send_file(self, bucket, key, with_body):
        file = self.server.put.get((bucket, key)) or self.server.files.get(key)
        if file is None:
            return self.answer(404, b"<Error><Code>NoSuchKey</Code></Error>" if with_body else b"")
        begin, end, status, more = 0, file.size, 200, {"x_amz_checksum_crc64nvme": file.checksum,
                                                       "x_amz_checksum_type": "FULL_OBJECT"}
        if (ranged := self.headers.get("Range", "")).startswith("bytes="):
            first, _, last = ranged[6:].partition("-")
            begin, end = int(first), min(int(last) + 1 if last else file.size, file.size)
            status, more = 206, {"Content_Range": f"bytes {begin}-{end - 1}/{file.size}"}
        self.answer(status, Content_Length=str(end - begin), ETag=ETAG, Last_Modified=WHEN_HTTP, x_amz_version_id="v",
                    Content_Type="text/plain", **more)
        for piece in file.pieces(begin, end) if with_body else ():
            self.wfile.write(piece)

    def do_PUT(self):
        body, bucket, key, _ = self.begin()
        file = self.server.files.get(key) or Small(body)
        with self.server.lock:
            there = self.server.put.setdefault((bucket, key), file) is not file
        if there and self.headers.get("If-None-Match") == "*":
            return self.answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        if "x-amz-copy-source" not in self.headers:
            return self.answer(200, ETag=ETAG, x_amz_version_id="v")
        checksum = f"<ChecksumCRC64NVME>{file.checksum}</ChecksumCRC64NVME><ChecksumType>FULL_OBJECT</ChecksumType>"
        result = f"<CopyObjectResult><ETag>{ETAG}</ETag><LastModified>{WHEN}</LastModified>{checksum}</CopyObjectResult>"
        return self.answer(200, result.encode(), x_amz_version_id="v")

    def do_DELETE(self):
        _, bucket, key, _ = self.begin()
        with self.server.lock:
            self.server.put.pop((bucket, key), None)
        self.answer(204)

    def do_POST(self):
        body, _, _, _ = self.begin()
        target, asked = self.headers.get("X-Amz-Target", "").rpartition(".")[2], json.loads(body or b"{}")
        answer = {}
        if target == "PutItem":
            self.server.records[asked["Item"].get("pk", {}).get("S", "")] = asked["Item"]
        elif target == "GetItem":
            item = self.server.records.get(asked["Key"]["pk"]["S"])
            answer = {"Item": item} if item else {}
        self.answer(200, json.dumps(answer).encode(), Content_Type="application/x-amz-json-1.0")
