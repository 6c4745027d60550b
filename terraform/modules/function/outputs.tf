output "name" {
  description = "The function's name, the dimension of its metrics."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN, without a version."
  value       = aws_lambda_function.this.arn
}

output "version" {
  description = "The newest version; note it before an upgrade, it is what live_version goes back to."
  value       = aws_lambda_function.this.version
}

output "alias_name" {
  description = "The alias that is called."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "The alias's ARN."
  value       = aws_lambda_alias.live.arn
}

output "invoke_arn" {
  description = "What API Gateway calls: the alias."
  value       = aws_lambda_alias.live.invoke_arn
}
