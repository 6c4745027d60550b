# The table of a pipeline that may be thrown away.
provider "aws" {
  region = "eu-central-1"
}

module "records" {
  source = "../"

  name                   = "example-records"
  point_in_time_recovery = false
  deletion_protection    = false
}
