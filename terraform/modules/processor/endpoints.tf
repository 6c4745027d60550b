# The ways out of subnets that have none: what the functions of a gate call, and nothing else. Logs are written by Lambda itself,
# and keys are used by the services that keep the bytes.

locals {
  endpoints = var.vpc == null ? null : var.vpc.endpoints

  # In the subnets, for money by the hour. Verdicts go to a bus only where one is told.
  interfaces = local.endpoints == null ? [] : concat(["monitoring", "sns", "sqs"], contains(keys(var.environment), "SCALPER_NOTICE_BUS") ? ["events"] : [])
  gateways   = local.endpoints == null ? [] : ["dynamodb", "s3"]
}

# The bytes of the files go here: free, and by routes instead of addresses.
resource "aws_vpc_endpoint" "gateway" {
  for_each = toset(local.gateways)

  vpc_id            = local.endpoints.vpc_id
  service_name      = "com.amazonaws.${local.endpoints.region}.${each.key}"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.endpoints.route_table_ids
  tags              = merge({ Name = "${var.name}-${each.key}" }, var.tags)
}

resource "aws_vpc_endpoint" "interface" {
  for_each = toset(local.interfaces)

  vpc_id              = local.endpoints.vpc_id
  service_name        = "com.amazonaws.${local.endpoints.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = var.vpc.subnet_ids
  security_group_ids  = [aws_security_group.endpoints[0].id]
  private_dns_enabled = true
  tags                = merge({ Name = "${var.name}-${each.key}" }, var.tags)
}

# Open to the functions alone. Their own groups have to let them out on port 443.
resource "aws_security_group" "endpoints" {
  count = local.endpoints == null ? 0 : 1

  name        = "${var.name}-endpoints"
  description = "Endpoints that the functions of the gate ${var.name} call"
  vpc_id      = local.endpoints.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  # By place: the groups' ids may be known only while they are made.
  for_each = local.endpoints == null ? {} : { for place, id in var.vpc.security_group_ids : tostring(place) => id }

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "TLS from the functions"
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
}
