# The least there is: two words. `terraform apply` in ../.. does the same.
module "gate" {
  source = "../.."

  name   = "orders-gate"
  region = "eu-central-1"
}

output "next_steps" {
  value = module.gate.next_steps
}

# What the first of the steps asks for.
output "shell_environment" {
  value = module.gate.shell_environment
}
