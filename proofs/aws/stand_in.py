"""moto as a stand-in for an AWS account, with place-holders for what its CloudFormation does not make.

moto skips such types silently and says CREATE_COMPLETE. Here they are counted: each place-holder answers with made-up
attributes so that the templates after it can be tried, its type is written to a file, and the deploy script says "not
exercised" for every one of them. None of them is evidence of anything.

    python3 stand_in.py PORT SKIPS-FILE TEMPLATE...
"""

import pathlib
import re
import sys

from moto import server
from moto.acm.models import acm_backends
from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel
from moto.ec2.models import elastic_network_interfaces as interfaces
from moto.ec2.models import vpcs
from moto.ecs import models as ecs
from moto.elbv2 import models as elbv2

# Made by moto, but not as the templates need them: the reason stands beside each.
UNFIT = {
    "AWS::RDS::DBInstance": "moto answers 500 for an instance of an Aurora cluster",
}
# What moto makes and cannot show again: the verification of a step passes over it and says so.
UNREADABLE = {
    "AWS::ECS::Service.Tasks": "no container runs",
    "AWS::DynamoDB::Table.TimeToLive": "not taken from a template",
    "AWS::DynamoDB::Table.PointInTimeRecovery": "not taken from a template",
}
# What is not there to be tried at all, whatever the templates say.
NOT_THERE = (
    "ECR as a registry (pushes go to docker-registry on loopback, without its sign-in)",
    "containers (no task runs, so no roll-out is ever unhealthy, and no migration or import does anything)",
    "an unchanged stack that is submitted again (moto refuses it; the deploy script compares and does not submit)",
    "the list of changes in a change set (moto's is empty)",
    "the taking apart of a network when its stack goes (moto leaves its parts)",
    "IAM's decisions (moto allows everything), quotas, prices, and time: stacks are complete at once",
)
# Attributes that must have a form of their own, or the next template would not take them.
ATTRIBUTES = {
    "MasterUserSecret": "arn:aws:secretsmanager:{region}:{account}:secret:rds!{name}",
    "Arn": "arn:aws:stand-in:{region}:{account}:{name}",
}


def place_holder(kind):
    class PlaceHolder(CloudFormationModel):
        """Stands where moto has nothing."""

        # moto reads the name of the service from the module's name.
        __module__ = "moto.cloudformation.place_holder"

        def __init__(self, name, properties, account, region):
            self.name, self.properties, self.account, self.region = name, properties, account, region
            # A listener takes no certificate that moto's ACM has not heard of.
            self.certificate = acm_backends[account][region].request_certificate(
                properties["DomainName"], None, [], None) if kind.endswith("::Certificate") else None

        @property
        def physical_resource_id(self):
            if self.certificate:
                return self.certificate
            # The reference to a secret is its ARN, and IAM takes nothing else.
            return f"arn:aws:secretsmanager:{self.region}:{self.account}:secret:{self.name}" if kind.endswith("::Secret") else self.name

        @staticmethod
        def cloudformation_name_type():
            return ""

        @staticmethod
        def cloudformation_type():
            return kind

        @classmethod
        def has_cfn_attr(cls, attr):
            return True

        def get_cfn_attribute(self, attr):
            form = ATTRIBUTES.get(attr, "{name}.{attr}")
            return form.format(name=self.name, attr=attr, account=self.account, region=self.region)

        @classmethod
        def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
            return cls(resource_name, cloudformation_json.get("Properties", {}), account_id, region_name)

        @classmethod
        def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
            original_resource.properties = cloudformation_json.get("Properties", {})
            return original_resource

        @classmethod
        def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
            return None

        def is_created(self):
            return True
    return PlaceHolder


def rolling_out(update):
    """The update of a service, whose deployment moto leaves at the revision before: here every roll-out has come to its end."""
    def update_and_roll_out(backend, properties):
        service = update(backend, properties)
        for deployment in service.deployments:
            deployment["taskDefinition"] = service.task_definition
        return service
    return update_and_roll_out


def keeping(delete):
    """The deletion of a stack, which keeps what is kept except on creation."""
    def delete_all_but_kept(resources):
        for entry in resources._resource_json_map.values():
            if entry.get("DeletionPolicy") == "RetainExceptOnCreate":
                entry["DeletionPolicy"] = "Retain"
        delete(resources)
    return delete_all_but_kept


def types_in(templates):
    text = "\n".join(pathlib.Path(path).read_text(encoding="utf-8") for path in templates)
    return set(re.findall(r"^    [\"']?Type[\"']?: [\"']?(AWS::[A-Za-z0-9:]+)", text, re.M))


def main(port, skips, templates):
    made = {model.cloudformation_type(): model for model in parsing.get_model_list()}
    skipped = {kind for kind in types_in(templates) if kind not in made or kind in UNFIT}
    models = [model for kind, model in made.items() if kind not in skipped] + [place_holder(kind) for kind in sorted(skipped)]
    parsing.get_model_list = lambda: models
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
    pathlib.Path(skips).write_text("\n".join(sorted(skipped | set(UNREADABLE))) + "\n", encoding="utf-8")
    # moto adds up what containers ask for; Fargate's ask at the level of the task, and it answers 500.
    ecs.EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(
        lambda _: {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []})
    # It forgets a template's DNS settings of the VPC, and then misses the name of an interface.
    interfaces.NetworkInterface.private_dns_name = ""
    ecs.EC2ContainerServiceBackend.update_service = rolling_out(ecs.EC2ContainerServiceBackend.update_service)
    # It leaves route tables, endpoints and gateways behind when their stack goes, and then the VPC has dependencies.
    vpcs.VPCBackend.delete_vpc = lambda backend, name: backend.vpcs.pop(name, None)
    # It knows one of the two policies that keep a resource.
    parsing.ResourceMap.delete = keeping(parsing.ResourceMap.delete)
    # Attributes that it accepts in an output and then does not have; without them the whole stack has no output.
    elbv2.FakeTargetGroup.get_cfn_attribute = lambda self, attribute: self.arn.split(":")[-1]
    elbv2.FakeLoadBalancer.get_cfn_attribute = lambda self, attribute: {
        "DNSName": self.dns_name, "LoadBalancerFullName": self.arn.split(":loadbalancer/")[-1]}[attribute]
    server.main(["-H", "127.0.0.1", "-p", str(port)])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
