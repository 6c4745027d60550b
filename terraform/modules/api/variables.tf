variable "name" {
  description = "The pipeline's name: function and API are NAME-api."
  type        = string
}

variable "package" {
  description = "The zip of ./package: a file, or an object in a bucket of the same region; see modules/function."
  type = object({
    file              = optional(string)
    s3_bucket         = optional(string)
    s3_key            = optional(string)
    s3_object_version = optional(string)
  })
}

variable "architecture" {
  description = "x86_64 or arm64; the zip has to be of the same."
  type        = string
  default     = "x86_64"
}

variable "role_arn" {
  description = "The role of the handler api."
  type        = string
}

variable "log_group_name" {
  description = "The log group of the handler api."
  type        = string
}

variable "environment" {
  description = "Its variables; `scalper doctor --env` lists them."
  type        = map(string)
}

variable "openapi_file" {
  description = "The document whose calls become routes; null: schemas/openapi.yaml of this repository. It has to be of the same version as the zip."
  type        = string
  default     = null

  validation {
    condition     = var.openapi_file == null ? true : fileexists(var.openapi_file)
    error_message = "openapi_file: there is no such file. Write the path of schemas/openapi.yaml."
  }
}

variable "authorization" {
  description = "Who may call: iam (whoever has execute-api:Invoke is an operator), jwt (issuer and audience; the highest of the scopes scalper/viewer, uploader and operator counts), or token (access tokens of the gate's own table, asked of the handler authorize). /v1/health is open and says no names."
  type = object({
    type     = optional(string, "iam")
    issuer   = optional(string)
    audience = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = contains(["iam", "jwt", "token"], var.authorization.type)
    error_message = "authorization.type: write iam, jwt or token."
  }

  validation {
    condition     = var.authorization.type != "jwt" ? true : can(regex("^https://", var.authorization.issuer)) && length(var.authorization.audience) > 0
    error_message = "authorization: jwt needs issuer (https://...) and audience, both as the tokens have them in iss and aud."
  }
}

variable "authorizer" {
  description = "Role and log group of the handler authorize; needed for tokens, else null."
  type = object({
    role_arn       = string
    log_group_name = string
  })
  default = null

  validation {
    condition     = var.authorizer == null ? true : can(regex("^arn:[^:]+:iam::[0-9]{12}:role/.+$", var.authorizer.role_arn))
    error_message = "authorizer: write role_arn (arn:aws:iam::ACCOUNT:role/NAME) and log_group_name."
  }
}

variable "rate_limit" {
  description = "Calls a second, of all callers together."
  type        = number
  default     = 50

  validation {
    condition     = var.rate_limit >= 1 && var.rate_limit <= 10000
    error_message = "rate_limit: write 1 to 10000."
  }
}

variable "burst_limit" {
  description = "Calls at once, of all callers together."
  type        = number
  default     = 100

  validation {
    condition     = var.burst_limit >= 1 && var.burst_limit <= 5000 && floor(var.burst_limit) == var.burst_limit
    error_message = "burst_limit: write a whole number from 1 to 5000."
  }
}

variable "cors_origins" {
  description = "Pages of other origins that may call from a browser: [\"https://gate.example.com\"]; none if empty."
  type        = set(string)
  default     = []

  validation {
    condition     = length([for origin in var.cors_origins : origin if !can(regex("^https?://[^/*]+$", origin))]) == 0
    error_message = "cors_origins: write origins such as https://gate.example.com, without a path, and no *: answers are for those who may see them."
  }
}

variable "domain" {
  description = "A name of your own for the API, with its certificate of ACM in the same region; null: AWS's name."
  type = object({
    name            = string
    certificate_arn = string
  })
  default = null

  validation {
    condition     = var.domain == null ? true : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain.name)) && can(regex("^arn:[^:]+:acm:[^:]+:[0-9]{12}:certificate/.+$", var.domain.certificate_arn))
    error_message = "domain: write name (gate.example.com) and certificate_arn (arn:aws:acm:REGION:ACCOUNT:certificate/ID)."
  }
}

variable "log_retention_days" {
  description = "How long the access log is kept."
  type        = number
  default     = 90
}

variable "kms_key_arn" {
  description = "The key that encrypts the access log; null: AWS's own encryption."
  type        = string
  default     = null
}

variable "reserved_concurrency" {
  description = "So many at once are kept for the API, whatever ingest does; -1: none are."
  type        = number
  default     = 5
}

variable "live_version" {
  description = "The version that the alias `live` points at, to go back; null: the newest."
  type        = string
  default     = null
}

variable "authorizer_live_version" {
  description = "The same of the function that looks tokens up."
  type        = string
  default     = null
}

variable "vpc" {
  description = "Subnets and security groups to run in; null: no VPC."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "tags" {
  description = "Tags of everything here that takes some."
  type        = map(string)
  default     = {}
}
