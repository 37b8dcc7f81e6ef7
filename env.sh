# shellcheck shell=bash
# The settings of a deployment to AWS. Every step reads this file and checks it before it does anything: what is missing or
# malformed is named, and nothing is created (`python3 -m deploy settings` checks and shows them).
# A variable that is already set wins, so `AWS_REGION=ap-northeast-1 DOMAIN_NAME=tokyo.tickets.example.com make all` is a second
# system in Tokyo. It needs a name of its own: one name belongs to one distribution, and step 07 refuses a name that is taken.
# No secret stands here: passwords and keys are made by AWS and stay in Secrets Manager.

# MARK: Must be set, here or in the environment

# The account, 12 digits. Every step compares it with the credentials in use before anything else.
export AWS_ACCOUNT_ID="${AWS_ACCOUNT_ID:-}"
# The name buyers use, one for each region, for example seoul.tickets.example.com. Its certificate is made in step 05 and 07.
export DOMAIN_NAME="${DOMAIN_NAME:-}"
# The Route 53 zone that DOMAIN_NAME is in, for example Z0123456789ABCDEFGHIJ.
export HOSTED_ZONE_ID="${HOSTED_ZONE_ID:-}"

# MARK: Where, and under which names

# ap-northeast-1 (Tokyo) or ap-northeast-2 (Seoul). Each holds a whole system with its own distribution.
export AWS_REGION="${AWS_REGION:-ap-northeast-2}"
# The first part of every name; 2 to 16 small letters, digits and hyphens. Two systems in one account differ in it.
export APP_NAME="${APP_NAME:-ticket}"
# A private /16 that nothing you want to peer with uses.
export VPC_CIDR="${VPC_CIDR:-10.42.0.0/16}"
# Three zones, by name, separated by commas. Empty: the first three where CloudFront reaches a private load balancer.
export AVAILABILITY_ZONES="${AVAILABILITY_ZONES:-}"
# on: a NAT gateway in each zone. off: one for all; cheaper, and a lost zone can take the payments of all of them with it.
export NAT_PER_ZONE="${NAT_PER_ZONE:-on}"

# MARK: Data

# The cluster of catalogue and orders; its address follows this name.
export AURORA_CLUSTER_ID="${AURORA_CLUSTER_ID:-${APP_NAME}-orders}"
# 16.8 is the release of PostgreSQL 16 that AWS supports longest. It retires others within a year; step 03 says what the region has.
export AURORA_ENGINE_VERSION="${AURORA_ENGINE_VERSION:-16.8}"
# The authorities that sign Aurora's certificates, a file in deploy/certificates: what lies there is built into the images, and no task
# speaks to a database that it cannot verify.
# curl -o deploy/certificates/aws-rds.pem https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem, and commit it.
export RDS_CERTIFICATES="${RDS_CERTIFICATES:-deploy/certificates/aws-rds.pem}"
# Aurora's size in capacity units of 2 GiB. Before an on-sale the smallest is raised by hand: `ticket policies onsale` prints the command.
export AURORA_MIN_ACU="${AURORA_MIN_ACU:-1}"
export AURORA_MAX_ACU="${AURORA_MAX_ACU:-64}"
# The shared cache; nothing in it is needed for correctness.
export REDIS_CLUSTER_ID="${REDIS_CLUSTER_ID:-${APP_NAME}-cache}"
export REDIS_NODE_TYPE="${REDIS_NODE_TYPE:-cache.t4g.medium}"
# Each shard is a primary and a replica in another zone.
export REDIS_SHARDS="${REDIS_SHARDS:-3}"
# Units a second that the table takes at once. 12000 and 4000 are what every on-demand table starts with and cost nothing.
export DYNAMODB_WARM_READS="${DYNAMODB_WARM_READS:-12000}"
export DYNAMODB_WARM_WRITES="${DYNAMODB_WARM_WRITES:-4000}"

# MARK: The services

# ARM64 (a fifth cheaper) or X86_64; the images have to be built for it.
export CPU_ARCHITECTURE="${CPU_ARCHITECTURE:-ARM64}"
# What the images are called. Empty: the commit that is checked out, which must then have no changes.
export IMAGE_TAG="${IMAGE_TAG:-}"
# Where the built images lie, one OCI layout a service; step 01 has them built when they are missing or of another tag.
export IMAGE_LAYOUTS="${IMAGE_LAYOUTS:-.build/images}"
# compiled: in Swift's own image. local: from the release build of this machine, which must have the glibc of the base.
export IMAGE_BUILDER="${IMAGE_BUILDER:-compiled}"
# sandbox: decides by token and takes no money. The services know no other gateway yet, so nothing else is taken.
export PAYMENTS_URL="${PAYMENTS_URL:-sandbox:}"
# on: the tasks carry an X-Ray sidecar, copied into the account's own registry from the image named here. off: neither that nor
# the network's endpoint for it.
export TRACING="${TRACING:-on}"
export XRAY_SOURCE_IMAGE="${XRAY_SOURCE_IMAGE:-public.ecr.aws/xray/aws-xray-daemon:3.3.14}"

# The event that 08-db-init brings: demo, none, or the path of an event file (docs/event-file.md) of at most 64 KiB.
# A demo event that is there is left alone; a file that has changed changes its event.
export SEED_EVENT="${SEED_EVENT:-demo}"

# MARK: The forecast

# Accepted payment intents a second at the peak. FIFO queues have a quota in every region; a forecast over it stops here.
export FORECAST_INTENTS_PER_SECOND="${FORECAST_INTENTS_PER_SECOND:-2500}"
# What the account may do in this region, in API calls a second of one kind. Empty: AWS's default for the region.
export SQS_FIFO_CALLS_PER_SECOND="${SQS_FIFO_CALLS_PER_SECOND:-}"

# MARK: The edge, logs and alarms

# Requests a minute of one address, over which the WAF answers 429. A carrier's address stands for many buyers.
export WAF_REQUESTS_PER_MINUTE="${WAF_REQUESTS_PER_MINUTE:-3000}"
export WAF_CONFIRM_REQUESTS_PER_MINUTE="${WAF_CONFIRM_REQUESTS_PER_MINUTE:-600}"
# IPv4 ranges that these limits pass over, separated by commas: the load bot's, for a rehearsal, and empty again after it.
export WAF_ALLOWED_CIDRS="${WAF_ALLOWED_CIDRS:-}"
# How long logs are kept, of services, Aurora, balancer, edge and WAF alike.
export LOG_RETENTION_DAYS="${LOG_RETENTION_DAYS:-30}"
# Who is told of alarms. Empty: nobody; they still ring in CloudWatch.
export ALARM_EMAIL="${ALARM_EMAIL:-}"
