# The HTTP API before the handler `api`: exactly the calls that schemas/openapi.yaml has for AWS are routes. The document is read
# and not imported, since HTTP APIs import OpenAPI 3.0 only, and an import takes no authorization of ours.

locals {
  document = yamldecode(file(var.openapi_file == null ? "${path.module}/../../../schemas/openapi.yaml" : var.openapi_file))

  # "GET /v1/files/{id}" => whether it is open to all. x-hosts is absent where a call is on all hosts.
  operations = merge([for path, item in local.document.paths : {
    for method, operation in item : "${upper(method)} ${path}" => contains(operation["x-role"], "none")
    if contains(["get", "put", "post", "delete", "patch"], method) && contains(try(operation["x-hosts"], ["lambda"]), "lambda")
  }]...)

  # Where GET is, HEAD is as well.
  heads  = { for call, open in local.operations : "HEAD ${trimprefix(call, "GET ")}" => open if startswith(call, "GET ") }
  routes = merge(local.operations, local.heads)

  is_jwt   = var.authorization.type == "jwt"
  is_token = var.authorization.type == "token"

  # How AWS calls it, and who is asked.
  authorization = { iam = "AWS_IAM", jwt = "JWT", token = "CUSTOM" }[var.authorization.type]
  authorizer_id = one(concat(aws_apigatewayv2_authorizer.jwt[*].id, aws_apigatewayv2_authorizer.token[*].id))
}

module "function" {
  source = "../function"

  name                 = "${var.name}-api"
  description          = "${var.name}: answers calls of the API"
  handler              = "api"
  package              = var.package
  architecture         = var.architecture
  role_arn             = var.role_arn
  memory_mb            = 512
  timeout_seconds      = 30 # what API Gateway waits
  reserved_concurrency = var.reserved_concurrency
  environment          = var.environment
  log_group_name       = var.log_group_name
  live_version         = var.live_version
  vpc                  = var.vpc
  tags                 = var.tags
}

resource "aws_apigatewayv2_api" "this" {
  name                         = "${var.name}-api"
  description                  = "Silent Scalper, pipeline ${var.name}"
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = var.domain != null
  tags                         = var.tags

  dynamic "cors_configuration" {
    for_each = length(var.cors_origins) == 0 ? [] : [var.cors_origins]

    content {
      allow_origins     = cors_configuration.value
      allow_methods     = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
      allow_headers     = ["authorization", "content-type", "idempotency-key", "if-match", "if-none-match"]
      expose_headers    = ["etag", "location", "retry-after", "x-request-id"]
      allow_credentials = false
      max_age           = 600
    }
  }
}

resource "aws_apigatewayv2_integration" "function" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = module.function.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  count = local.is_jwt ? 1 : 0

  api_id           = aws_apigatewayv2_api.this.id
  name             = "jwt"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = var.authorization.issuer
    audience = var.authorization.audience
  }
}

resource "aws_apigatewayv2_route" "call" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.function.id}"
  authorization_type = each.value ? "NONE" : local.authorization
  authorizer_id      = each.value ? null : local.authorizer_id
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.name}-api"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  default_route_settings {
    throttling_rate_limit    = var.rate_limit
    throttling_burst_limit   = var.burst_limit
    detailed_metrics_enabled = true
  }

  # Who called what, without a path: keys of files stand in paths and queries, and are for the gate's own log.
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      time      = "$context.requestTime"
      request   = "$context.requestId"
      ip        = "$context.identity.sourceIp"
      caller    = "$context.identity.caller"
      subject   = "$context.authorizer.claims.sub"
      token     = "$context.authorizer.principalId"
      route     = "$context.routeKey"
      status    = "$context.status"
      error     = "$context.error.message"
      auth      = "$context.authorizer.error"
      latency   = "$context.responseLatency"
      function  = "$context.integrationLatency"
      bytes_out = "$context.responseLength"
    })
  }

  # Without its routes a stage answers 404.
  depends_on = [aws_apigatewayv2_route.call]
}

resource "aws_lambda_permission" "api" {
  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  function_name = module.function.name
  qualifier     = module.function.alias_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}
