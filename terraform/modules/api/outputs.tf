output "url" {
  description = "Where the API answers, without a slash at the end."
  value       = var.domain == null ? aws_apigatewayv2_api.this.api_endpoint : "https://${var.domain.name}"
}

output "execution_arn" {
  description = "For policies of callers: execute-api:Invoke on this with /*/GET/v1/* lets look."
  value       = aws_apigatewayv2_api.this.execution_arn
}

output "function_name" {
  description = "Name of the function."
  value       = module.function.name
}

output "version" {
  description = "The function's newest version; note it before an upgrade."
  value       = module.function.version
}

output "authorizer" {
  description = "Name and newest version of the function that looks tokens up; null: there is none."
  value       = one([for function in module.authorizer : { name = function.name, version = function.version }])
}

output "routes" {
  description = "What is routed, and whether it is open to all."
  value       = local.routes
}

output "domain_target" {
  description = "What the DNS name has to point at (name and zone of an alias record); null: no domain."
  value = var.domain == null ? null : {
    name    = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].target_domain_name
    zone_id = aws_apigatewayv2_domain_name.this[0].domain_name_configuration[0].hosted_zone_id
  }
}
