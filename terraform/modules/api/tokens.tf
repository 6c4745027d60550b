# Access tokens of the gate's own table: API Gateway asks the handler `authorize`, which knows the table and nothing else.

module "authorizer" {
  source = "../function"
  count  = local.is_token ? 1 : 0

  name                 = "${var.name}-authorize"
  description          = "${var.name}: who shows which access token"
  handler              = "authorize"
  package              = var.package
  architecture         = var.architecture
  role_arn             = try(var.authorizer.role_arn, "")
  memory_mb            = 256
  timeout_seconds      = 20 # API Gateway waits 10; the program gives up ten seconds before its own end
  reserved_concurrency = var.reserved_concurrency
  # What it reads, src/hosts/aws_tokens.h: it is told of no bucket and no queue.
  environment    = { for name, value in var.environment : name => value if contains(["SCALPER_PIPELINE", "SCALPER_TABLE", "SCALPER_LOG_LEVEL"], name) }
  log_group_name = try(var.authorizer.log_group_name, "")
  live_version   = var.authorizer_live_version
  vpc            = var.vpc
  tags           = var.tags
}

resource "aws_apigatewayv2_authorizer" "token" {
  count = local.is_token ? 1 : 0

  api_id                            = aws_apigatewayv2_api.this.id
  name                              = "token"
  authorizer_type                   = "REQUEST"
  authorizer_uri                    = module.authorizer[0].invoke_arn
  authorizer_payload_format_version = "2.0"
  enable_simple_responses           = true
  identity_sources                  = ["$request.header.Authorization"] # a call without it is refused and asks nobody
  # With the half minute that the handler remembers a token: one that is revoked is refused within a minute.
  authorizer_result_ttl_in_seconds = 20

  lifecycle {
    precondition {
      condition     = var.authorizer != null
      error_message = "authorizer: tokens need role and log group of the handler authorize; write role_arn and log_group_name."
    }
  }
}

resource "aws_lambda_permission" "authorizer" {
  count = local.is_token ? 1 : 0

  statement_id  = "authorizer"
  action        = "lambda:InvokeFunction"
  function_name = module.authorizer[0].name
  qualifier     = module.authorizer[0].alias_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.token[0].id}"
}
