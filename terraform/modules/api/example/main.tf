# For people with tokens of an identity provider, under a name of one's own, with a page that calls it.
provider "aws" {
  region = "eu-central-1"
}

module "api" {
  source = "../"

  name           = "example"
  package        = { s3_bucket = "example-artifacts", s3_key = "scalper-lambda-x86_64.zip" }
  role_arn       = "arn:aws:iam::123456789012:role/example-api"
  log_group_name = "/aws/lambda/example-api"
  environment    = { SCALPER_PIPELINE = "example" }
  authorization  = { type = "jwt", issuer = "https://login.example.com/", audience = ["gate"] }
  cors_origins   = ["https://gate.example.com"]
  domain         = { name = "api.example.com", certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/one" }
}
