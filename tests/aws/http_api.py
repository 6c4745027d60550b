"""The function `api` as callers reach it: behind ministack's HTTP API (payload 2.0), and by the event of a REST API (1.0)."""

import http.client
import json
import urllib.parse
from dataclasses import dataclass

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import emulators
import world

NOBODY = None
CALLER = "reviewer"


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes

    def json(self):
        return json.loads(self.body)


class HttpApi:
    """One HTTP API for a world's function. Who may call: a user of IAM, or with `tokens` who shows one; nobody else but for its
    health."""

    def __init__(self, gate, tokens=False):
        self.gate, self.by = gate, {"AuthorizationType": "AWS_IAM"}
        self.has_tokens = tokens
        iam = gate.iam
        iam.create_user(UserName=f"{gate.name}-{CALLER}")
        iam.put_user_policy(UserName=f"{gate.name}-{CALLER}", PolicyName="call", PolicyDocument=json.dumps({
            "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]}))
        key = iam.create_access_key(UserName=f"{gate.name}-{CALLER}")["AccessKey"]
        self.caller = botocore.credentials.Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        self.arn = f"arn:aws:iam::{world.ACCOUNT}:user/{gate.name}-{CALLER}"
        self.base = f"/_aws/execute-api/{self._make()}/$default"

    def _make(self):
        gateway = world.client_of("apigatewayv2", self.gate.ministack.endpoint)
        api = gateway.create_api(Name=self.gate.name, ProtocolType="HTTP")["ApiId"]
        target = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", PayloadFormatVersion="2.0",
            IntegrationUri=self.gate.arn("lambda", f"function:{self.gate.name}-api"))["IntegrationId"]
        if self.has_tokens:  # as terraform/modules/api/tokens.tf has it, but that nothing is remembered before the handler
            self.by = {"AuthorizationType": "CUSTOM", "AuthorizerId": gateway.create_authorizer(
                ApiId=api, Name="token", AuthorizerType="REQUEST", AuthorizerPayloadFormatVersion="2.0", EnableSimpleResponses=True,
                IdentitySource=["$request.header.Authorization"], AuthorizerResultTtlInSeconds=0,
                AuthorizerUri=self.gate.arn("lambda", f"function:{self.gate.name}-authorize"))["AuthorizerId"]}
        nobody = {"AuthorizationType": "NONE"}
        for route, who in (("ANY /v1/{proxy+}", self.by), ("GET /v1/health", nobody), ("GET /v1/files", self.by),
                           ("GET /v1/open/{proxy+}", nobody)):
            gateway.create_route(ApiId=api, RouteKey=route, Target=f"integrations/{target}", **who)
        gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        return api

    def call(self, method, path, body=None, signed=True, token=None):
        """`path` encoded, with its query; `body` an object that is sent as JSON; `token` shown instead of a signature."""
        text = b"" if body is None else json.dumps(body).encode()
        url = f"{self.gate.ministack.endpoint}{self.base}{path}"
        request = botocore.awsrequest.AWSRequest(method, url, {"Content-Type": "application/json"} if text else {}, text)
        if token is not None:
            request.headers["Authorization"] = token
        elif signed:
            botocore.auth.SigV4Auth(self.caller, "execute-api", emulators.REGION).add_auth(request)
        connection = http.client.HTTPConnection("127.0.0.1", self.gate.ministack.port, timeout=60)
        try:
            connection.request(method, f"{self.base}{path}", text, dict(request.headers.items()))
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()


class RestApi:
    """The same function by direct invocation, with what the REST proxy of API Gateway would hand it."""

    def __init__(self, gate, caller="arn:aws:iam::000000000000:user/alice"):
        self.gate, self.caller = gate, caller

    def call(self, method, path, body=None, signed=True):
        place, _, query = path.partition("?")
        pairs = urllib.parse.parse_qsl(query, keep_blank_values=True)
        several = {name: [value for other, value in pairs if other == name] for name, _ in pairs}
        event = {"resource": "/{proxy+}", "path": place, "httpMethod": method,
                 "headers": {"Host": "a.execute-api.us-east-1.amazonaws.com"},
                 "multiValueHeaders": {"Host": ["a.execute-api.us-east-1.amazonaws.com"]},
                 "queryStringParameters": dict(pairs) or None, "multiValueQueryStringParameters": several or None,
                 "pathParameters": {"proxy": place.lstrip("/")}, "stageVariables": None,
                 "requestContext": {"resourcePath": "/{proxy+}", "httpMethod": method, "path": f"/prod{place}", "stage": "prod",
                                    "identity": {"userArn": self.caller if signed else None, "sourceIp": "127.0.0.1"},
                                    "requestId": "r", "apiId": "a", "protocol": "HTTP/1.1"},
                 "body": None if body is None else json.dumps(body), "isBase64Encoded": False}
        told = self.gate.functions.invoke(FunctionName=f"{self.gate.name}-api", Payload=json.dumps(event).encode())
        answer = json.loads(told["Payload"].read())
        if "FunctionError" in told:
            raise AssertionError(answer)
        assert answer["isBase64Encoded"] is False
        return Answer(answer["statusCode"], {name.lower(): value for name, value in answer["headers"].items()},
                      answer.get("body", "").encode())
