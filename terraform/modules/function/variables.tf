variable "name" {
  description = "The function's name."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,62}[a-z0-9]$", var.name))
    error_message = "name: write 2 to 64 lower case letters, digits and hyphens, a letter first."
  }
}

variable "handler" {
  description = "Which handler of the program runs: ingest, sweep, api or authorize."
  type        = string

  validation {
    condition     = contains(["ingest", "sweep", "api", "authorize"], var.handler)
    error_message = "handler: write ingest, sweep, api or authorize; the program has no other."
  }
}

variable "description" {
  description = "What the console says of the function."
  type        = string
  default     = "Silent Scalper"
}

variable "package" {
  description = "The zip of ./package: a file on this machine, or an object in a bucket of the same region (with its version, so that a new one is seen)."
  type = object({
    file              = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
  })

  validation {
    condition     = (var.package.file == null) != (var.package.s3_bucket == null)
    error_message = "package: write file, or s3_bucket with s3_key, not both."
  }

  validation {
    condition     = (var.package.s3_bucket == null) == (var.package.s3_key == null)
    error_message = "package: s3_bucket and s3_key belong together."
  }

  validation {
    condition     = var.package.file == null ? true : fileexists(var.package.file)
    error_message = "package.file: there is no such file. Run ./package (arm64: ./package arm64), or write the path of the zip."
  }
}

variable "architecture" {
  description = "x86_64 or arm64; the zip has to be of the same."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: write x86_64 or arm64."
  }
}

variable "role_arn" {
  description = "The role that the function acts in."
  type        = string
}

variable "memory_mb" {
  description = "Memory; the processor's share grows with it, a whole one at 1,769."
  type        = number
  default     = 512

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb: write a whole number from 128 to 10240."
  }
}

variable "timeout_seconds" {
  description = "How long one invocation may take. Ten seconds before its end the gate hands back what it has not finished."
  type        = number
  default     = 300

  validation {
    condition     = var.timeout_seconds >= 15 && var.timeout_seconds <= 900 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds: write a whole number from 15 to 900. The gate stops ten seconds early, and AWS lets no function run longer than 900."
  }
}

variable "reserved_concurrency" {
  description = "So many at once are kept for this function, and no more run; -1: it shares what the account has."
  type        = number
  default     = -1

  validation {
    condition     = var.reserved_concurrency == -1 || var.reserved_concurrency >= 1
    error_message = "reserved_concurrency: write 1 or more, or -1 for none. 0 would let it never run; `scalper pause` stops a gate."
  }
}

variable "environment" {
  description = "Its variables; `scalper doctor --env` lists those that the program reads. No secrets: whoever may look at the function sees them."
  type        = map(string)

  validation {
    condition     = length([for name in keys(var.environment) : name if !can(regex("^[A-Za-z][A-Za-z0-9_]*$", name))]) == 0
    error_message = "environment: names are letters, digits and '_', a letter first."
  }

  validation {
    condition     = length(setintersection(keys(var.environment), ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE"])) == 0
    error_message = "environment: Lambda sets AWS_REGION, AWS_ACCESS_KEY_ID and the like itself, and refuses them here."
  }
}

variable "log_group_name" {
  description = "Where it writes its log. It is made before the function: Lambda would make one that keeps lines for ever."
  type        = string
}

variable "live_version" {
  description = "The version that the alias `live` points at; null: the newest. To go back, write the one before."
  type        = string
  default     = null

  validation {
    condition     = var.live_version == null ? true : can(regex("^[1-9][0-9]*$", var.live_version))
    error_message = "live_version: write a version's number, as `aws lambda list-versions-by-function` shows it, or null for the newest."
  }
}

variable "vpc" {
  description = "Subnets and security groups to run in; null: no VPC. Everything that the gate calls needs an endpoint or a way out there."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null

  validation {
    condition     = var.vpc == null ? true : length(var.vpc.subnet_ids) >= 1 && length(var.vpc.security_group_ids) >= 1
    error_message = "vpc: write at least one subnet (two in different zones are better) and one security group."
  }
}

variable "tags" {
  description = "Tags of the function."
  type        = map(string)
  default     = {}
}
