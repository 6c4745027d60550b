"""What one HTTP request asks of AWS: service, operation, and the permissions that a policy must grant for it."""

import json
import re
import urllib.parse
from dataclasses import dataclass, field

S3_WITH_QUERY = {("GET", "versions"): "ListObjectVersions", ("GET", "list-type"): "ListObjectsV2",
                 ("GET", "versioning"): "GetBucketVersioning", ("GET", "uploads"): "ListMultipartUploads",
                 ("GET", "uploadId"): "ListParts", ("GET", "tagging"): "GetObjectTagging",
                 ("POST", "uploads"): "CreateMultipartUpload", ("POST", "uploadId"): "CompleteMultipartUpload",
                 ("POST", "delete"): "DeleteObjects", ("DELETE", "uploadId"): "AbortMultipartUpload"}
S3_PLAIN = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
S3_ACTIONS = {"ListObjectVersions": "ListBucketVersions", "ListObjectsV2": "ListBucket", "ListObjects": "ListBucket",
              "GetBucketVersioning": "GetBucketVersioning", "ListMultipartUploads": "ListBucketMultipartUploads",
              "ListParts": "ListMultipartUploadParts", "CreateMultipartUpload": "PutObject", "UploadPart": "PutObject",
              "CompleteMultipartUpload": "PutObject", "AbortMultipartUpload": "AbortMultipartUpload",
              "PutObject": "PutObject", "CopyObject": "PutObject", "UploadPartCopy": "PutObject", "HeadBucket": "ListBucket"}
IN_POLICIES = {"monitoring": "cloudwatch"}  # what policies call a service, where its signatures call it otherwise
ON_BUCKET = {"ListObjectVersions", "ListObjectsV2", "ListObjects", "GetBucketVersioning", "ListMultipartUploads", "HeadBucket",
             "DeleteObjects"}


@dataclass
class Call:
    """One request. `grants` are (action, resource) as a policy names them; a resource of S3 is bucket or bucket/key."""
    service: str
    operation: str
    grants: list = field(default_factory=list)
    key: str = ""
    text: str = ""  # the body, where it is no object's
    status: int = 0
    handler: str = ""
    traced: bool = False  # it names the trace that it belongs to


def signed_service(target, headers):
    """The service for which the request was signed, by its head or by its URL, or "" where it was not."""
    signed = headers.get("authorization", "") or urllib.parse.unquote(target)
    found = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request", signed)
    return found.group(1) if found else ""


def read_call(method, target, headers, body):
    """`headers` by lower case name."""
    service = signed_service(target, headers)
    if method == "POST" and headers.get("content-type", "").startswith("multipart/form-data"):
        call = form_call(target, body)
    elif service == "s3":
        call = s3_call(method, target, headers)
    else:
        call = other_call(service, headers, body)
        call.text = body.decode("utf-8", "replace")
    call.traced = "x-amzn-trace-id" in headers
    return call


def other_call(service, headers, body):
    if "x-amz-target" in headers:
        return json_call(service, headers["x-amz-target"].rpartition(".")[2], body)
    parameters = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
    operation = parameters.get("Action", "?")
    return Call(service, operation, [(f"{service}:{operation}", parameters.get("TopicArn", "*"))])


def json_call(service, operation, body):
    asked = json.loads(body or b"{}")
    if service == "dynamodb":
        tables = [asked["TableName"]] if "TableName" in asked else sorted(asked.get("RequestItems", {})) or ["*"]
        index = f"/index/{asked['IndexName']}" if "IndexName" in asked else ""
        return Call(service, operation, [(f"dynamodb:{operation}", table + index) for table in tables])
    if service == "events":
        buses = sorted({entry.get("EventBusName", "default").rpartition("/")[2] for entry in asked.get("Entries", [])})
        return Call(service, operation, [(f"events:{operation}", bus) for bus in buses])
    # A batch is permitted as what it is a batch of.
    action = operation.removesuffix("Batch") if service == "sqs" else operation
    return Call(service, operation, [(f"{IN_POLICIES.get(service, service)}:{action}", asked.get("QueueUrl", "*").rpartition("/")[2])])


def form_call(target, body):
    """A browser's form, signed by its policy: the object's key is one of its fields."""
    bucket = urllib.parse.unquote(target.partition("?")[0]).strip("/")
    found = re.search(rb'name="key"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', body, re.DOTALL)
    key = found.group(1).decode("utf-8", "replace") if found else ""
    return Call("s3", "PostObject", [("s3:PutObject", f"{bucket}/{key}")], key=key)


def s3_operation(method, key, query, headers):
    if method == "PUT" and "partNumber" in query:
        return "UploadPartCopy" if "x-amz-copy-source" in headers else "UploadPart"
    if method == "PUT" and "x-amz-copy-source" in headers:
        return "CopyObject"
    for (with_method, name), operation in S3_WITH_QUERY.items():
        if method == with_method and name in query:
            return operation
    if not key:
        return {"GET": "ListObjects", "HEAD": "HeadBucket"}.get(method, f"{method}Bucket")
    return S3_PLAIN[method]


def s3_call(method, target, headers):
    path, _, query_text = target.partition("?")
    query = dict(urllib.parse.parse_qsl(query_text, keep_blank_values=True))
    bucket, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
    operation = s3_operation(method, key, query, headers)
    versioned = "Version" if query.get("versionId") else ""
    if operation in ("GetObject", "HeadObject", "DeleteObject"):
        action = ("Delete" if operation == "DeleteObject" else "Get") + "Object" + versioned
    elif operation == "GetObjectTagging":
        action = f"GetObject{versioned}Tagging"
    else:
        action = S3_ACTIONS.get(operation, operation)
    grants = [(f"s3:{action}", bucket if operation in ON_BUCKET else f"{bucket}/{key}")]
    if operation in ("GetObject", "HeadObject"):
        grants.append(("s3:ListBucket", bucket))  # without it S3 says 403 of what is not there, and not 404
    if "x-amz-tagging" in headers:
        grants.append(("s3:PutObjectTagging", f"{bucket}/{key}"))
    if source := headers.get("x-amz-copy-source"):
        source_path, _, source_query = source.partition("?")
        from_bucket, _, from_key = urllib.parse.unquote(source_path).lstrip("/").partition("/")
        grants.append(("s3:GetObjectVersion" if "versionId=" in source_query else "s3:GetObject", f"{from_bucket}/{from_key}"))
        grants.append(("s3:ListBucket", from_bucket))
    return Call("s3", operation, grants, key=key)
