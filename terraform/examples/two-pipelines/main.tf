# Two gates in one account, apart in everything but a bucket for access logs. To take one away:
# `terraform destroy -target=module.partners`, then its block; the stack has a provider of its own.
provider "aws" {
  region = "eu-central-1"
}

module "access_logs" {
  source = "../../modules/bucket"

  name                 = "example-gates-access-logs"
  expire_days          = 90
  receives_access_logs = true
}

module "orders" {
  source = "../.."

  name         = "orders"
  region       = "eu-central-1"
  access_log   = { bucket = module.access_logs.name }
  alarm_emails = ["orders@example.com"]
}

module "partners" {
  source = "../.."

  name         = "partners"
  region       = "eu-central-1"
  access_log   = { bucket = module.access_logs.name }
  alarm_emails = ["partners@example.com"]
  publish      = "exact"
  muted_alarms = ["Silence"]
}
