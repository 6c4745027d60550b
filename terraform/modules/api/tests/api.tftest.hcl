# Who may call what. That the routes are those of the document is compared by tests/terraform.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name           = "gate"
  package        = { s3_bucket = "artifacts", s3_key = "scalper.zip" }
  role_arn       = "arn:aws:iam::123456789012:role/gate-api"
  log_group_name = "/aws/lambda/gate-api"
  environment    = { SCALPER_PIPELINE = "gate" }
}

run "iam" {
  command = apply

  assert {
    condition     = alltrue([for call, route in aws_apigatewayv2_route.call : route.authorization_type == (endswith(call, " /v1/health") ? "NONE" : "AWS_IAM")])
    error_message = "a call is open, or health is not"
  }

  assert {
    condition     = contains(keys(aws_apigatewayv2_route.call), "HEAD /v1/files/{id}") && !contains(keys(aws_apigatewayv2_route.call), "GET /metrics")
    error_message = "HEAD is missing, or what AWS does not have is there"
  }

  assert {
    condition     = aws_apigatewayv2_integration.function.payload_format_version == "2.0" && aws_apigatewayv2_integration.function.integration_uri == module.function.invoke_arn
    error_message = "the function is called otherwise than it reads"
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 100
    error_message = "nothing limits callers"
  }

  assert {
    condition     = aws_lambda_permission.api.qualifier == "live" && aws_lambda_permission.api.source_arn == "${aws_apigatewayv2_api.this.execution_arn}/*/*"
    error_message = "another API may call the function"
  }

  assert {
    condition     = length(aws_apigatewayv2_api.this.cors_configuration) == 0 && !strcontains(aws_apigatewayv2_stage.default.access_log_settings[0].format, "$context.path")
    error_message = "pages of others may call, or keys stand in the access log"
  }
}

run "jwt" {
  command = apply

  variables {
    authorization = { type = "jwt", issuer = "https://login.example.com/", audience = ["gate"] }
    cors_origins  = ["https://gate.example.com"]
    domain        = { name = "api.example.com", certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/one" }
  }

  assert {
    condition     = alltrue([for call, route in aws_apigatewayv2_route.call : route.authorizer_id == aws_apigatewayv2_authorizer.jwt[0].id && route.authorization_type == "JWT" if !endswith(call, " /v1/health")])
    error_message = "a call asks for no token"
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.jwt[0].jwt_configuration[0].issuer == "https://login.example.com/" && aws_apigatewayv2_api.this.disable_execute_api_endpoint && output.url == "https://api.example.com"
    error_message = "tokens of others count, or AWS's name answers beside one's own"
  }

  assert {
    condition     = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].security_policy == "TLS_1_2" && aws_apigatewayv2_api.this.cors_configuration[0].allow_origins == toset(["https://gate.example.com"]) && !aws_apigatewayv2_api.this.cors_configuration[0].allow_credentials
    error_message = "old TLS, or a page of others may call"
  }
}

run "token" {
  command = apply

  variables {
    authorization = { type = "token" }
    authorizer    = { role_arn = "arn:aws:iam::123456789012:role/gate-authorize", log_group_name = "/aws/lambda/gate-authorize" }
  }

  assert {
    condition     = alltrue([for call, route in aws_apigatewayv2_route.call : endswith(call, " /v1/health") ? route.authorization_type == "NONE" : route.authorization_type == "CUSTOM" && route.authorizer_id == aws_apigatewayv2_authorizer.token[0].id])
    error_message = "a call asks for no token"
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.token[0].authorizer_type == "REQUEST" && aws_apigatewayv2_authorizer.token[0].authorizer_uri == module.authorizer[0].invoke_arn && aws_apigatewayv2_authorizer.token[0].enable_simple_responses && aws_apigatewayv2_authorizer.token[0].authorizer_payload_format_version == "2.0"
    error_message = "another function is asked, or it is asked otherwise than it answers"
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.token[0].identity_sources == toset(["$request.header.Authorization"]) && aws_apigatewayv2_authorizer.token[0].authorizer_result_ttl_in_seconds <= 30
    error_message = "calls without a token ask, or a revoked token is good for more than a minute"
  }

  assert {
    condition     = aws_lambda_permission.authorizer[0].qualifier == "live" && aws_lambda_permission.authorizer[0].source_arn == "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.token[0].id}"
    error_message = "another API may ask, or an older function answers"
  }
}
