"""What is made or looked at before a step submits its stack, because the stack would find it out late or not at all."""

import re

from .aws import AwsFault
from .stacks import UNFINISHED


def make_service_linked_role(deployment, _):
    """ECS takes no capacity provider before its own role is there, and in a new account CloudFormation does not wait for it. Aurora,
    ElastiCache, the balancer, the scaler and CloudFront make theirs with the first thing that they are asked for."""
    service = "ecs.amazonaws.com"
    if deployment.aws.call("iam", "list-roles", "--path-prefix", f"/aws-service-role/{service}/")["Roles"]:
        return False
    try:
        deployment.aws.call("iam", "create-service-linked-role", "--aws-service-name", service)
    except AwsFault as fault:
        # Somebody else's cluster was first.
        if fault.code != "InvalidInput" or "has been taken" not in fault.message:
            raise
        return False
    deployment.say("made the service-linked role of ECS")
    return True


def check_engine_version(deployment, step):
    """AWS retires versions for new clusters, and a stack would find that out after a quarter of an hour. A cluster that runs on
    one goes on with it."""
    wanted = deployment.settings["AURORA_ENGINE_VERSION"]
    if not deployment.exercised("AWS::RDS::DBCluster", f"that AWS has Aurora PostgreSQL {wanted}"):
        return
    found = deployment.aws.call("rds", "describe-db-engine-versions", "--engine", "aurora-postgresql")["DBEngineVersions"]
    versions = {version["EngineVersion"] for version in found}
    if wanted in versions:
        return
    stack = deployment.stacks(step).find(deployment.stack_name(step)) or {"StackStatus": "gone"}
    runs = {"ParameterKey": "AuroraEngineVersion", "ParameterValue": wanted} in stack.get("Parameters", [])
    if runs and stack["StackStatus"] not in UNFINISHED:
        return
    usable = sorted((version for version in versions if re.fullmatch(r"16\.[0-9]+", version)), key=lambda version: int(version[3:]))
    deployment.require(False, f"AURORA_ENGINE_VERSION={wanted}: {deployment.settings['AWS_REGION']} makes no new cluster of it; "
                              f"it has {', '.join(usable)}")


def check_name_is_free(deployment, step):
    """A name belongs to one distribution in all of AWS, and a record is made once. The stack would say so at its very end."""
    name = deployment.settings["DOMAIN_NAME"]
    stacks, stack = deployment.stacks(step), deployment.stack_name(step)
    own = {(resource["ResourceType"], resource.get("PhysicalResourceId")) for resource in stacks.resources(stack)} if stacks.find(stack) else set()
    if deployment.exercised("AWS::CloudFront::Distribution", f"that no other distribution has the name {name}"):
        listed = deployment.aws.call("cloudfront", "list-distributions", region=deployment.region_of(step)).get("DistributionList", {})
        for distribution in listed.get("Items", []):
            has_it = name in distribution.get("Aliases", {}).get("Items", [])
            deployment.require(
                not has_it or ("AWS::CloudFront::Distribution", distribution["Id"]) in own,
                f"DOMAIN_NAME={name} belongs to the distribution {distribution['Id']} ({distribution.get('Comment') or 'no comment'}): "
                "each region needs a name of its own")
    if any(kind == "AWS::Route53::RecordSet" for kind, _ in own):
        return
    answer = deployment.aws.call("route53", "list-resource-record-sets", "--hosted-zone-id", deployment.settings["HOSTED_ZONE_ID"],
                                 "--start-record-name", name, "--max-items", "10")
    for record in answer["ResourceRecordSets"]:
        if record["Name"].rstrip(".") == name and record["Type"] in ("A", "AAAA", "CNAME"):
            target = record.get("AliasTarget", {}).get("DNSName") or ", ".join(value["Value"] for value in record.get("ResourceRecords", []))
            deployment.require(False, f"DOMAIN_NAME={name} has a record already ({record['Type']} to {target}): each region needs a name of its "
                                      "own; if nobody uses that one, delete it")


def check_schema(deployment, step):
    """A task that finds no schema never becomes ready, and the first services would be waited for in vain for twenty minutes."""
    stands = deployment.stacks(step).find(deployment.stack_name(step)) is not None
    deployment.require(stands or deployment.is_stamped("08-db-init"),
                       f"{step.name} makes the first services, and nothing here says that the database has its tables: run make 08-db-init before")


BEFOREHAND = {"02-cluster": make_service_linked_role, "03-dataplane": check_engine_version, "05-services": check_schema,
              "07-cloudfront": check_name_is_free}
