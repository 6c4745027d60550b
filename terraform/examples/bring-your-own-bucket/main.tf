# Files come to a bucket that is there already, and good ones go to one of a data lake. Nothing of either is changed; what a bucket
# has to have beforehand is shown by the command in `before`, and looked at by the one in `doctor`.
module "gate" {
  source = "../.."

  name             = "partner-gate"
  region           = "eu-central-1"
  existing_buckets = { input = "example-partner-uploads", output = "example-lake-landing" }
}

output "before" {
  value = "scalper connect example-partner-uploads   # shows the difference, asks, and lets the bucket tell EventBridge"
}

output "doctor" {
  value = module.gate.doctor
}
