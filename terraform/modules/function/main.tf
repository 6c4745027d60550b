# One handler of the zip as a function whose alias `live` is what everything calls. A new zip becomes a new version, and the
# alias moves to it when it is there: no invocation meets half of a change, and going back is moving the alias.

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = var.description
  role                           = var.role_arn
  runtime                        = "provided.al2023"
  handler                        = var.handler
  architectures                  = [var.architecture]
  package_type                   = "Zip"
  filename                       = var.package.file
  source_code_hash               = var.package.file == null ? null : filebase64sha256(var.package.file)
  s3_bucket                      = var.package.s3_bucket
  s3_key                         = var.package.s3_key
  s3_object_version              = var.package.s3_object_version
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency
  publish                        = true
  tags                           = var.tags

  environment {
    variables = var.environment
  }

  # The program streams; nothing is ever written here. 512 is the least there is.
  ephemeral_storage {
    size = 512
  }

  # The program writes JSON lines and metrics in the embedded format itself.
  logging_config {
    log_format = "Text"
    log_group  = var.log_group_name
  }

  # The trace header reaches the program all the same; Active would need X-Ray's permissions on "*".
  tracing_config {
    mode = "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = var.vpc == null ? [] : [var.vpc]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What events, schedule and API call"
  function_name    = aws_lambda_function.this.function_name
  function_version = var.live_version == null ? aws_lambda_function.this.version : var.live_version
}
