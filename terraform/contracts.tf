# A folder of contracts as the gate's set, laid out as `scalper contract publish --aws` does: the files under their digest, their
# list when all are there, then the pointer, which running functions look at every 10 seconds. Nothing is deployed anew.

locals {
  contract_paths = var.contracts_folder == null ? [] : [for path in sort(tolist(fileset(var.contracts_folder, "**"))) : path if can(regex("\\.(ya?ml|json)$", path))]
  contracts      = { for path in local.contract_paths : path => file("${var.contracts_folder}/${path}") }
  set_digest     = "tf-${sha256(join("\n", [for path, text in local.contracts : "${path} ${sha256(text)}"]))}"
  set_prefix     = "contracts/sets/${local.set_digest}"

  # What each contract is for, where it says so; the linter judges the rest of it.
  matches = { for path, text in local.contracts : path => jsonencode(yamldecode(text).match) if can(yamldecode(text).match) }
  twice   = [for path, match in local.matches : path if length([for other in values(local.matches) : other if other == match]) > 1]

  scalper = var.scalper_binary == null ? "${path.module}/../build/bin/scalper" : var.scalper_binary
  linter  = fileexists(local.scalper) ? local.scalper : null
}

# Before anything is written. Without the program there is only a look whether each file can be read at all.
resource "terraform_data" "lint" {
  count = var.contracts_folder == null ? 0 : 1

  triggers_replace = [local.set_digest, local.linter != null]

  # By the environment: a folder's name is no part of a command.
  provisioner "local-exec" {
    command = local.linter == null ? "exit 0" : "\"$SCALPER\" contract lint \"$FOLDER\""

    environment = {
      SCALPER = local.linter == null ? "" : abspath(local.linter)
      FOLDER  = abspath(var.contracts_folder)
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.contracts) <= 1000 && alltrue([for text in values(local.contracts) : can(yamldecode(text))])
      error_message = "contracts_folder: write a folder of at most 1,000 files (it has ${length(local.contracts)}); not readable as YAML or JSON: ${join(", ", [for path, text in local.contracts : path if !can(yamldecode(text))])}. `scalper contract lint FOLDER` says where."
    }

    precondition {
      condition     = length(local.twice) == 0
      error_message = "contracts_folder: ${join(", ", local.twice)} are for the same files (match). Write another prefix or suffix in one of them, or leave it out: no file can be judged by two."
    }
  }
}

# The new set is there before the pointer moves, and the old one goes after that.
resource "aws_s3_object" "contract" {
  for_each = local.contracts

  bucket       = module.configuration.name
  key          = "${local.set_prefix}/${each.key}"
  content      = each.value
  content_type = endswith(each.key, ".json") ? "application/json" : "application/yaml"

  depends_on = [terraform_data.lint]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "contract_list" {
  count = var.contracts_folder == null ? 0 : 1

  bucket       = module.configuration.name
  key          = "${local.set_prefix}.json"
  content      = "${jsonencode({ files = [for path, text in local.contracts : { path = path, sha256 = sha256(text) }] })}\n"
  content_type = "application/json"

  depends_on = [aws_s3_object.contract]

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "contract_pointer" {
  count = var.contracts_folder == null ? 0 : 1

  bucket       = module.configuration.name
  key          = "contracts/current"
  content      = local.set_digest
  content_type = "text/plain"

  depends_on = [aws_s3_object.contract_list]
}

output "contracts" {
  description = "The set in use, and whether `scalper contract lint` saw it before it was written; null: contracts come by `scalper contract publish`."
  value = var.contracts_folder == null ? null : {
    digest = local.set_digest
    files  = length(local.contracts)
    linted = local.linter != null ? "by ${local.linter}" : "NOT LINTED: no scalper binary was found, see scalper_binary"
  }
}
