# From an AWS account to an on-sale. Each step can be run at any time, alone or after the others; a step whose stamp in
# .stamps is fresh is skipped at once. Deleting a stamp is safe. docs/operating.md says when to run which.

DEPLOY := python3 -m deploy
SERVICE ?=
FORCE ?=
URL ?=
COMMAND ?=

# 05 after 08: a task that finds no schema never becomes ready.
.PHONY: 00-network 01-ecr 02-cluster 03-dataplane 04-taskdefs 05-services 06-autoscaling 07-cloudfront 08-db-init 09-watching
00-network: ## AWS: the VPC in three zones, routes, endpoints, security groups
01-ecr: ## AWS: repositories; images built and pushed
02-cluster: 00-network 01-ecr ## AWS: the ECS cluster, roles, log groups
03-dataplane: 02-cluster ## AWS: SQS, DynamoDB, ElastiCache, Aurora, secrets
04-taskdefs: 03-dataplane ## AWS: registers tasks/*.json
05-services: 04-taskdefs 08-db-init ## AWS: the load balancer and the three services
06-autoscaling: 05-services ## AWS: the scaling policies, as rendered by `ticket policies render`
07-cloudfront: 05-services ## AWS: the distribution, WAF, certificate, DNS
08-db-init: 04-taskdefs ## AWS: migrations and the first event, as one-off tasks
09-watching: 06-autoscaling 07-cloudfront ## AWS: dashboard and alarms

00-network 01-ecr 02-cluster 03-dataplane 04-taskdefs 05-services 06-autoscaling 07-cloudfront 08-db-init 09-watching:
	@$(DEPLOY) step $@

.PHONY: all
all: 00-network 01-ecr 02-cluster 03-dataplane 04-taskdefs 08-db-init 05-services 06-autoscaling 07-cloudfront 09-watching ## AWS: every step, in order

.PHONY: plan status rollback ticket destroy smoke
plan: ## AWS: what the steps would change; changes nothing
	@$(DEPLOY) plan

status: ## AWS: stacks, stamps, services, queue
	@$(DEPLOY) status

rollback: ## AWS: a service back to the revision before (SERVICE=public|confirm|worker)
	@$(DEPLOY) rollback $(SERVICE)

ticket: ## AWS: a command of `ticket` as a task inside the account (COMMAND='integrity demo')
	@$(DEPLOY) ticket $(COMMAND)

destroy: ## AWS: take it all down; asks, and refuses while there are orders or nobody can tell
	@$(DEPLOY) destroy $(FORCE)

smoke: ## A running system from outside: health, cache, a purchase and its replay (URL=https://…)
	@python3 -m deploy.smoke $(URL)
