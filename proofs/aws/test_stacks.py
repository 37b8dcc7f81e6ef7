"""Stacks in the states that the stand-in never reaches: half made, stuck, at work; and what of a change set is worth reading."""

import pytest

from deploy.stacks import STUCK, StackFault, Stacks, digest_of

TEMPLATE, PARAMETERS = "Resources:\n  One:\n    Type: AWS::SQS::Queue\n", {"AppName": "shop"}


class CloudFormation:
    """One stack. Every submission brings it to the next of the states that it was given."""

    is_stand_in = True

    def __init__(self, *states, changes=()):
        self.states, self.changes, self.calls, self.words = list(states), list(changes), [], {}

    def call(self, _, operation, *words, region):
        self.calls.append(operation)
        self.words[operation] = words
        if operation in ("create-stack", "update-stack", "execute-change-set", "delete-stack"):
            self.states.pop(0)
        if operation == "describe-change-set":
            return {"Status": "CREATE_COMPLETE", "Changes": self.changes}
        if operation == "describe-stacks":
            state = self.states[0]
            # What is at work comes to its end while somebody looks.
            if state and state.endswith("_IN_PROGRESS") and state != "REVIEW_IN_PROGRESS":
                self.states.pop(0)
            return {"Stacks": [{"StackName": "shop-one", "StackStatus": state, "Tags": []}] if state else []}
        if operation == "describe-stack-events":
            return {"StackEvents": [
                {"LogicalResourceId": "Two", "ResourceType": "AWS::X", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "of today"},
                {"LogicalResourceId": "shop-one", "ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": "UPDATE_IN_PROGRESS"},
                {"LogicalResourceId": "One", "ResourceType": "AWS::X", "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "of yesterday"}]}
        return {}

    @property
    def changing(self):
        return [call for call in self.calls if not call.startswith(("describe-", "get-"))]


def submit(aws, said=None):
    return Stacks(aws, "ap-northeast-2", (said if said is not None else []).append).submit("shop-one", TEMPLATE, PARAMETERS, {})


def plan(aws):
    return Stacks(aws, "ap-northeast-2", print).plan("shop-one", TEMPLATE, PARAMETERS, {})


def test_a_first_creation_that_fails_is_not_rolled_back_and_goes_on_with_the_next_run():
    aws = CloudFormation(None, "CREATE_FAILED", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    with pytest.raises(StackFault) as fault:
        submit(aws)
    assert "CREATE_FAILED" in str(fault.value) and "run the step again" in str(fault.value)
    assert submit(aws)
    assert aws.changing == ["create-stack", "update-stack"]
    assert all("--disable-rollback" in aws.words[call] for call in aws.changing)


def test_a_continuation_that_fails_names_its_own_failures_and_can_be_continued():
    aws = CloudFormation("CREATE_FAILED", "UPDATE_FAILED", "UPDATE_COMPLETE")
    with pytest.raises(StackFault) as fault:
        submit(aws)
    assert "of today" in str(fault.value) and "of yesterday" not in str(fault.value)
    assert submit(aws)
    assert "delete-stack" not in aws.calls


def test_an_update_of_what_runs_is_rolled_back_by_cloudformation():
    aws = CloudFormation("UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
    with pytest.raises(StackFault):
        submit(aws)
    assert aws.changing == ["create-change-set", "execute-change-set"]
    assert "--no-disable-rollback" in aws.words["execute-change-set"]


@pytest.mark.parametrize("state", STUCK)
def test_a_stuck_stack_is_left_alone_and_what_to_do_is_said(state):
    aws = CloudFormation(state)
    with pytest.raises(StackFault) as fault:
        submit(aws)
    assert state in str(fault.value) and ("aws cloudformation" in str(fault.value) or "make destroy" in str(fault.value))
    assert aws.changing == []
    assert plan(aws)[0].startswith("stuck ") and aws.changing == []


def test_an_unknown_state_is_not_touched_either():
    with pytest.raises(StackFault):
        submit(CloudFormation("IMPORT_ROLLBACK_FAILED"))


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_stack_with_nothing_in_it_is_removed_first(state):
    aws = CloudFormation(state, None, "CREATE_COMPLETE")
    assert submit(aws)
    assert aws.changing == ["delete-stack", "create-stack"]


def test_what_an_earlier_run_left_at_work_is_waited_for():
    aws = CloudFormation("CREATE_IN_PROGRESS", "CREATE_FAILED", "UPDATE_COMPLETE")
    assert submit(aws)
    assert aws.changing == ["update-stack"]


def test_a_plan_says_that_an_unfinished_stack_goes_on():
    aws = CloudFormation("CREATE_FAILED")
    assert plan(aws) == ["goes on shop-one is CREATE_FAILED: what is missing is made"]
    assert aws.changing == []


def change(name, scope, details=(), action="Modify", replacement="False"):
    return {"ResourceChange": {"Action": action, "LogicalResourceId": name, "ResourceType": "AWS::X", "Replacement": replacement,
                               "Scope": scope, "Details": list(details)}}


def because(cause, evaluation="Dynamic", attribute="Properties"):
    return {"Target": {"Attribute": attribute}, "Evaluation": evaluation, "ChangeSource": "ResourceAttribute", "CausingEntity": cause}


def test_a_plan_passes_over_what_only_gets_a_tag_and_what_only_refers_to_such():
    aws = CloudFormation("UPDATE_COMPLETE", changes=[
        change("Table", ["Tags"]), change("Role", ["Tags", "Properties"], [because("Table.Arn"), because("", attribute="Tags")]),
        change("Policy", ["Properties"], [because("Role")], replacement="Conditional"),
        change("Queue", ["Properties", "Tags"], [{"Target": {"Attribute": "Properties", "Name": "VisibilityTimeout"}, "Evaluation": "Static"}]),
        change("Alarm", ["Properties"], [because("Queue.QueueName")], replacement="Conditional"),
        change("Gone", [], action="Remove", replacement=None)])
    assert plan(aws) == ["Modify  AWS::X Queue", "Modify  AWS::X Alarm (perhaps replaced)", "Remove  AWS::X Gone"]
    said = []
    aws.states = ["UPDATE_COMPLETE", "UPDATE_COMPLETE"]
    submit(aws, said)
    assert len(said) == 3


def test_the_digest_of_the_inputs_is_a_tag():
    """The reason for the test above: it reaches every resource that takes tags."""
    assert digest_of(TEMPLATE, PARAMETERS) in Stacks._described(TEMPLATE, PARAMETERS, {})[-1]
