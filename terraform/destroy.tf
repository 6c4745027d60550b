# Asked before anything else is destroyed: is there a file that nobody would ever judge? It stands on all the other parts, so that
# they are still there while it looks, and stay where it says no.

locals {
  destroy_checker = fileexists(local.scalper) ? abspath(local.scalper) : null # null: nobody looks
}

resource "terraform_data" "destroyable" {
  # A provisioner that runs at the end knows nothing but this. Always there, so that an apply where the program is not at hand
  # changes it and destroys nothing.
  input = {
    scalper     = local.destroy_checker == null ? "" : local.destroy_checker
    region      = var.region
    environment = local.environment
    unfinished  = tostring(var.destroy_unfinished)
  }

  provisioner "local-exec" {
    when    = destroy
    command = "[ -z \"$SCALPER\" ] || [ \"$UNFINISHED\" = true ] || \"$SCALPER\" doctor --aws --destroyable"

    environment = merge(self.input.environment, {
      AWS_REGION = self.input.region
      SCALPER    = self.input.scalper
      UNFINISHED = self.input.unfinished
    })
  }

  depends_on = [
    module.api,
    module.bucket,
    module.configuration,
    module.observability,
    module.processor,
    module.queue,
    module.records,
    module.security,
    terraform_data.lint,
    terraform_data.refusals,
    aws_s3_object.contract_pointer,
  ]
}

output "destroy_check" {
  description = "Who looks before a destroy whether every file is judged; null: nobody, see scalper_binary."
  value       = local.destroy_checker == null ? null : var.destroy_unfinished ? "nobody: destroy_unfinished is set" : "${local.destroy_checker} doctor --aws --destroyable"
}
