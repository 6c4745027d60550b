# Each rule of variables.tf refuses what it is there for.
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

run "openapi_file_0" {
  command = plan

  variables {
    openapi_file = "/nowhere.yaml"
  }

  expect_failures = [var.openapi_file]
}

run "authorization_1" {
  command = plan

  variables {
    authorization = { type = "none" }
  }

  expect_failures = [var.authorization]
}

run "authorization_2" {
  command = plan

  variables {
    authorization = { type = "jwt" }
  }

  expect_failures = [var.authorization]
}

run "authorizer" {
  command = plan

  variables {
    authorizer = { role_arn = "gate-authorize", log_group_name = "/aws/lambda/gate-authorize" }
  }

  expect_failures = [var.authorizer]
}

run "tokens_without_authorizer" {
  command = plan

  variables {
    authorization = { type = "token" }
  }

  expect_failures = [aws_apigatewayv2_authorizer.token]
}

run "rate_limit_3" {
  command = plan

  variables {
    rate_limit = 0
  }

  expect_failures = [var.rate_limit]
}

run "burst_limit_4" {
  command = plan

  variables {
    burst_limit = 5001
  }

  expect_failures = [var.burst_limit]
}

run "cors_origins_5" {
  command = plan

  variables {
    cors_origins = ["*"]
  }

  expect_failures = [var.cors_origins]
}

run "domain_6" {
  command = plan

  variables {
    domain = { name = "gate", certificate_arn = "x" }
  }

  expect_failures = [var.domain]
}
