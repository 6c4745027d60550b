# What a gate in production is given: contracts, a key, locks, people who are told, tokens of an identity provider.
module "gate" {
  source = "../.."

  name   = "orders-gate"
  region = "eu-central-1"

  contracts_folder       = "${path.module}/../../../contracts"
  output_expire_days     = 400
  quarantine_expire_days = 120
  object_lock            = { output_days = 365 }
  access_log             = { bucket = "example-access-logs" }

  architecture        = "arm64"
  memory_mb           = 1024
  timeout_seconds     = 600
  maximum_concurrency = 100

  create_kms_key           = true
  permissions_boundary_arn = "arn:aws:iam::123456789012:policy/developers-may"

  # Subnets without a way out: the endpoints that the functions need come along.
  vpc = {
    subnet_ids         = ["subnet-0a", "subnet-0b"]
    security_group_ids = ["sg-0a"]
    endpoints          = { vpc_id = "vpc-0a", route_table_ids = ["rtb-0a"] }
  }

  api = {
    authorization = "jwt"
    jwt_issuer    = "https://login.example.com/"
    jwt_audience  = ["gate"]
    cors_origins  = ["https://gate.example.com"]
  }

  alarm_emails      = ["gate@example.com"]
  paging_topic_arns = ["arn:aws:sns:eu-central-1:123456789012:pager"]
  alarm_thresholds  = { InvalidRatio = 20 }
  runbook_url       = "https://wiki.example.com/gate"
  tags              = { Team = "data", CostCenter = "4711" }
}

output "next_steps" {
  value = module.gate.next_steps
}

# What the first of the steps asks for.
output "shell_environment" {
  value = module.gate.shell_environment
}
