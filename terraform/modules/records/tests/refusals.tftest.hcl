# Each rule of variables.tf refuses what it is there for.
provider "aws" {
  region = "eu-central-1"
}

variables {
  name = "gate-records"
}

run "name" {
  command = plan

  variables {
    name = "r e"
  }

  expect_failures = [var.name]
}
