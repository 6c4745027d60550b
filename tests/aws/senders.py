"""The ways in which a file comes into a bucket: AWS's own client, its signed URLs and forms, and ours. Each answers the version."""

import datetime
import http.client
import urllib.parse

import emulators
from signer import hexed, signed, unhexed

EDGE = "scalper-form"


def http_send(method, url, body, headers=None):
    """The answer, read; an AssertionError for one that refuses."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise AssertionError(f"{method} {url}: {answer.status} {text[:500]}")
        return answer
    finally:
        connection.close()


def form_send(url, fields, data):
    """As a browser sends it."""
    lines = [f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    lines.append(f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n')
    body = "".join(lines).encode() + data + f"\r\n--{EDGE}--\r\n".encode()
    return http_send("POST", url, body, {"Content-Type": f"multipart/form-data; boundary={EDGE}"})


def put_plain(gate, key, data):
    return gate.s3.put_object(Bucket=gate.input, Key=key, Body=data, Metadata={"sender": "boto3"},
                              Tagging="team=night%20shift")["VersionId"]


def put_parts(gate, key, data):
    upload = gate.s3.create_multipart_upload(Bucket=gate.input, Key=key)["UploadId"]
    named = {"Bucket": gate.input, "Key": key, "UploadId": upload}
    part = gate.s3.upload_part(**named, PartNumber=1, Body=data)
    return gate.s3.complete_multipart_upload(**named, MultipartUpload={
        "Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})["VersionId"]


def put_presigned(gate, key, data):
    url = gate.s3.generate_presigned_url("put_object", Params={"Bucket": gate.input, "Key": key}, ExpiresIn=300)
    return http_send("PUT", url, data).getheader("x-amz-version-id")


def put_form(gate, key, data):
    post = gate.s3.generate_presigned_post(gate.input, key, ExpiresIn=300)
    return form_send(post["url"], post["fields"], data).getheader("x-amz-version-id")


def described(gate, form, **more):
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"form": hexed(form), "service": hexed("s3"), "region": hexed(emulators.REGION), "bucket": hexed(gate.input),
            "access_key_id": hexed(emulators.KEY), "secret": hexed(emulators.SECRET), "now": hexed(now.strftime("%Y-%m-%dT%H:%M:%SZ")),
            "valid_for": 300, **more}


def put_by_our_url(gate, key, data):
    url = signed([described(gate, "url", method=hexed("PUT"), key=hexed(key), endpoint=hexed(gate.ministack.endpoint),
                            path_style=True, headers=[])])[0]["url"]
    return http_send("PUT", url, data).getheader("x-amz-version-id")


def put_by_our_form(gate, key, data):
    """Under a policy that lets in what begins so, of that size; as POST /v1/uploads will hand it out."""
    folder, slash, name = key.rpartition("/")
    fields = unhexed(signed([described(gate, "post", key=hexed(folder + slash), key_is_prefix=True, min_bytes=1,
                                       max_bytes=len(data), fields=[])])[0]["fields"])
    url = f"{gate.ministack.endpoint}/{gate.input}"
    return form_send(url, {**fields, "key": folder + slash + name}, data).getheader("x-amz-version-id")


WAYS = (put_plain, put_parts, put_presigned, put_form, put_by_our_url, put_by_our_form)
