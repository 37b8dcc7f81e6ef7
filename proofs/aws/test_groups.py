"""Who may speak to whom: every rule of every security group, and no other."""

import template

NETWORK = template.load("00-network")
GROUPS = template.resources(NETWORK, "AWS::EC2::SecurityGroup")
PUBLIC, CONFIRM, WORKER = (f"{name}ServiceSecurityGroup" for name in ("Public", "Confirm", "Worker"))
BALANCER, ENDPOINTS, REDIS, POSTGRES = (f"{name}SecurityGroup" for name in ("LoadBalancer", "Endpoint", "Redis", "Postgres"))
# Goes nowhere: without a rule of its own a group may send anywhere.
NOWHERE = {"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "127.0.0.1/32"}


def end_of(rule):
    """The other end of a rule and its port; a rule with two ports or none has no place here."""
    ends = [value["Ref"] for key, value in rule.items()
            if key in ("SourceSecurityGroupId", "DestinationSecurityGroupId", "SourcePrefixListId", "DestinationPrefixListId")]
    assert len(ends) == 1 and not {key for key in rule if key.startswith("Cidr")}, rule
    assert rule["IpProtocol"] == "tcp" and rule["FromPort"] == rule["ToPort"], rule
    return ends[0], rule["FromPort"]


def rules(kind):
    """Rules that stand beside their groups, as (group, other end, port)."""
    found = [(rule["GroupId"]["Ref"], *end_of(rule)) for rule in template.resources(NETWORK, f"AWS::EC2::SecurityGroup{kind}").values()]
    assert len(set(found)) == len(found)
    return set(found)


def test_groups_take_from_whom_is_named_here_and_from_no_other():
    entries = [(name, *end_of(rule)) for name, group in GROUPS.items() for rule in group.get("SecurityGroupIngress", [])]
    assert entries == [(BALANCER, "CloudfrontPrefixListId", 443)]
    assert rules("Ingress") == {
        (PUBLIC, BALANCER, 8080), (PUBLIC, BALANCER, 9080), (CONFIRM, BALANCER, 8080), (CONFIRM, BALANCER, 9080),
        (REDIS, PUBLIC, 6379), (REDIS, CONFIRM, 6379),
        (POSTGRES, PUBLIC, 5432), (POSTGRES, CONFIRM, 5432), (POSTGRES, WORKER, 5432),
        (ENDPOINTS, PUBLIC, 443), (ENDPOINTS, CONFIRM, 443), (ENDPOINTS, WORKER, 443)}


def test_groups_send_to_whom_is_named_here_and_to_no_other():
    for name, group in GROUPS.items():
        own = [{key: value for key, value in rule.items() if key != "Description"} for rule in group["SecurityGroupEgress"]]
        # The payment gateway has no fixed address.
        anywhere = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
        assert own == [anywhere if name == WORKER else NOWHERE], name
    assert rules("Egress") == {
        (BALANCER, PUBLIC, 8080), (BALANCER, PUBLIC, 9080), (BALANCER, CONFIRM, 8080), (BALANCER, CONFIRM, 9080),
        (PUBLIC, REDIS, 6379), (CONFIRM, REDIS, 6379),
        (PUBLIC, POSTGRES, 5432), (CONFIRM, POSTGRES, 5432), (WORKER, POSTGRES, 5432),
        *((service, other, 443) for service in (PUBLIC, CONFIRM) for other in (ENDPOINTS, "DynamodbPrefixListId", "S3PrefixListId"))}


def test_what_one_group_sends_the_other_takes():
    """A rule on one side alone is a connection that times out."""
    taken = {(sender, group, port) for group, sender, port in rules("Ingress")}
    # Prefix lists have no other side here, and the worker's way to the endpoints is its own open rule.
    sent = {rule for rule in rules("Egress") if rule[1] in GROUPS} | {(WORKER, ENDPOINTS, 443)}
    assert sent == taken
