# Files come to a bucket that is there already, and good ones go to one of a data lake. Nothing of either is changed; what a bucket
# has to have beforehand is shown by the command in `before`, and looked at by the one in `doctor`. The key is the one that
# encrypts the lake.
module "gate" {
  source = "../.."

  name             = "partner-gate"
  region           = "eu-central-1"
  existing_buckets = { input = "example-partner-uploads", output = "example-lake-landing", kms_key_arns = ["arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555"] }
}

output "before" {
  value = "scalper connect example-partner-uploads   # shows the difference, asks, and lets the bucket tell EventBridge"
}

output "shell_environment" {
  value = module.gate.shell_environment
}

output "doctor" {
  value = module.gate.doctor
}
