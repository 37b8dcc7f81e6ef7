"""What the edge stops, which headers it adds, and what it writes down."""

import json

import template

EDGE = template.load("07-cloudfront")
RESOURCES = EDGE["Resources"]
CONFIG = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
BEHAVIOURS = [CONFIG["DefaultCacheBehavior"], *CONFIG["CacheBehaviors"]]


def rules():
    acl, = template.resources(EDGE, "AWS::WAFv2::WebACL").values()
    assert acl["Scope"] == "CLOUDFRONT" and acl["DefaultAction"] == {"Allow": {}}
    return {rule["Name"]: rule for rule in sorted(acl["Rules"], key=lambda rule: rule["Priority"])}


def test_the_waf_stands_before_the_distribution_and_its_rules_in_their_order():
    assert CONFIG["WebACLId"] == {"Fn::GetAtt": "WebAcl.Arn"}
    assert list(rules()) == ["allowed", "known-bad-addresses", "known-bad-inputs", "confirm-rate", "rate"]
    assert len({rule["Priority"] for rule in rules().values()}) == 5


def test_the_waf_lets_by_only_the_addresses_that_were_named():
    allowed = rules()["allowed"]
    assert [name for name, rule in rules().items() if "Allow" in rule.get("Action", {})] == ["allowed"]
    assert allowed["Statement"] == {"IPSetReferenceStatement": {"Arn": {"Fn::GetAtt": "AllowedAddresses.Arn"}}}
    assert RESOURCES["AllowedAddresses"]["Properties"]["Addresses"] == {"Fn::If": ["SomebodyIsAllowed", {"Ref": "WafAllowedCidrs"}, []]}


def test_the_groups_of_aws_really_stop_what_they_find():
    for name, group in (("known-bad-addresses", "AmazonIpReputationList"), ("known-bad-inputs", "KnownBadInputsRuleSet")):
        rule = rules()[name]
        # `Count` in this place would let everything by.
        assert rule["OverrideAction"] == {"None": {}}
        assert rule["Statement"] == {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": f"AWSManagedRules{group}"}}


def test_floods_get_429_and_purchases_have_the_tighter_limit():
    for name, setting in (("confirm-rate", "WafConfirmRequestsPerMinute"), ("rate", "WafRequestsPerMinute")):
        rule, limit = rules()[name], rules()[name]["Statement"]["RateBasedStatement"]
        answer = rule["Action"]["Block"]["CustomResponse"]
        assert answer["ResponseCode"] == 429 and [header["Name"] for header in answer["ResponseHeaders"]] == ["retry-after"]
        assert (limit["AggregateKeyType"], limit["EvaluationWindowSec"], limit["Limit"]) == ("IP", 60, {"Ref": setting})
    match = rules()["confirm-rate"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["ByteMatchStatement"]
    assert (match["SearchString"], match["PositionalConstraint"], match["FieldToMatch"]) == ("/confirm/", "STARTS_WITH", {"UriPath": {}})
    assert "ScopeDownStatement" not in rules()["rate"]["Statement"]["RateBasedStatement"]


def test_the_waf_writes_down_what_it_stopped_and_no_token():
    logs = RESOURCES["WafLogs"]["Properties"]
    assert logs["ResourceArn"] == {"Fn::GetAtt": "WebAcl.Arn"} and "${WafLogGroup}" in json.dumps(logs["LogDestinationConfigs"])
    assert logs["RedactedFields"] == [{"SingleHeader": {"Name": "authorization"}}]
    kept, = logs["LoggingFilter"]["Filters"]
    assert logs["LoggingFilter"]["DefaultBehavior"] == "DROP" and kept["Conditions"] == [{"ActionCondition": {"Action": "BLOCK"}}]
    # WAF takes no group with another name.
    assert RESOURCES["WafLogGroup"]["Properties"]["LogGroupName"]["Fn::Sub"].startswith("aws-waf-logs-")


def test_every_answer_has_the_security_headers():
    assert all(behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"} for behaviour in BEHAVIOURS)
    assert {behaviour["ViewerProtocolPolicy"] for behaviour in BEHAVIOURS} == {"https-only"}
    headers = RESOURCES["SecurityHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    transport = headers["StrictTransportSecurity"]
    assert transport["AccessControlMaxAgeSec"] >= 31_536_000 and transport["IncludeSubdomains"] and transport["Override"]
    assert headers["ContentTypeOptions"] == {"Override": True}
    assert headers["FrameOptions"] == {"FrameOption": "DENY", "Override": True}
    assert headers["ReferrerPolicy"] == {"ReferrerPolicy": "strict-origin-when-cross-origin", "Override": True}
    content = headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"} == set(content.split("; "))
    certificate = CONFIG["ViewerCertificate"]
    assert (certificate["MinimumProtocolVersion"], certificate["SslSupportMethod"]) == ("TLSv1.2_2021", "sni-only")


def test_requests_are_logged_into_a_bucket_that_nobody_else_reads():
    source, destination, delivery = (RESOURCES[f"EdgeLog{part}"]["Properties"] for part in ("Source", "Destination", "Delivery"))
    assert source["LogType"] == "ACCESS_LOGS" and source["ResourceArn"]["Fn::Sub"].endswith(":distribution/${Distribution}")
    assert destination["DestinationResourceArn"] == {"Fn::GetAtt": "EdgeLogs.Arn"}
    assert delivery == {"DeliverySourceName": {"Ref": "EdgeLogSource"}, "DeliveryDestinationArn": {"Fn::GetAtt": "EdgeLogDestination.Arn"}}
    bucket = RESOURCES["EdgeLogs"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True} and len(bucket["PublicAccessBlockConfiguration"]) == 4
    rule, = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", {"Ref": "LogRetentionDays"})


def test_only_this_delivery_writes_into_the_bucket_and_only_where_it_does():
    allowed, = [statement for name, statement in template.statements(EDGE) if name == "EdgeLogsPolicy" and statement["Effect"] == "Allow"]
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "delivery.logs.amazonaws.com"}, "s3:PutObject")
    # Without a path of its own a delivery writes below this one (CloudFront developer guide, standard logging).
    assert allowed["Resource"] == {"Fn::Sub": "${EdgeLogs.Arn}/AWSLogs/${AWS::AccountId}/*"}
    source = RESOURCES["EdgeLogSource"]["Properties"]["Name"]["Fn::Sub"]
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {"aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:delivery-source:" + source}}}
