"""DynamoDB as Ticket uses it, seen by boto3. Each case says what AWS documents; moto's differences are listed in
docs/aws-double.md."""

import concurrent.futures
import itertools
import uuid

import pytest
from botocore.exceptions import ClientError

from aws_servers import client

_names = itertools.count()


def S(text):
    return {"S": text}


def N(number):
    return {"N": str(number)}


@pytest.fixture
def table(db):
    name = f"seats-{next(_names)}"
    db.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": t} for a, t in
                              [("pk", "S"), ("sk", "S"), ("open", "S"), ("age", "N")]],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[{
            "IndexName": "open-by-age", "Projection": {"ProjectionType": "KEYS_ONLY"},
            "KeySchema": [{"AttributeName": "open", "KeyType": "HASH"}, {"AttributeName": "age", "KeyType": "RANGE"}]}])
    return name


def key(sk="s", pk="p"):
    return {"pk": S(pk), "sk": S(sk)}


def refused(code, call, message=None, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response
    assert error["Error"]["Code"] == code, error["Error"]
    if message:
        assert message in error["Error"]["Message"]
    return error


def test_item_comes_back_with_every_type(db, table):
    item = key() | {"n": N("-12.5"), "b": {"B": b"\x00\xff"}, "t": {"BOOL": True}, "z": {"NULL": True},
                    "l": {"L": [N(1), S("é")]}, "m": {"M": {"x": {"L": []}}}, "ss": {"SS": ["a"]}, "ns": {"NS": ["1"]},
                    "bs": {"BS": [b"x"]}}
    db.put_item(TableName=table, Item=item)
    assert db.get_item(TableName=table, Key=key())["Item"] == item


def test_absent_item(db, table):
    assert "Item" not in db.get_item(TableName=table, Key=key())


def test_conditional_put(db, table):
    put = dict(TableName=table, Item=key(), ConditionExpression="attribute_not_exists(pk)",
               ReturnValuesOnConditionCheckFailure="ALL_OLD")
    db.put_item(**put)
    error = refused("ConditionalCheckFailedException", db.put_item, "The conditional request failed", **put)
    assert error["Item"] == key()


def test_expiry_in_the_condition(db, table):
    db.put_item(TableName=table, Item=key() | {"owner": S("a"), "holdExpiresAt": N(100)})
    def take(now):
        return dict(TableName=table, Item=key() | {"owner": S("b"), "holdExpiresAt": N(200)},
                    ConditionExpression="attribute_not_exists(pk) OR holdExpiresAt < :now",
                    ExpressionAttributeValues={":now": N(now)})
    refused("ConditionalCheckFailedException", db.put_item, **take(100))
    db.put_item(**take(101))


def test_update_functions(db, table):
    db.put_item(TableName=table, Item=key() | {"l": {"L": [N(1)]}, "n": N(1)})
    new = db.update_item(
        TableName=table, Key=key(), ReturnValues="ALL_NEW",
        UpdateExpression="SET n = n + :one, l = list_append(l, :more), c = if_not_exists(c, :one) REMOVE gone ADD t :tags",
        ExpressionAttributeValues={":one": N(1), ":more": {"L": [N(2)]}, ":tags": {"SS": ["x"]}})["Attributes"]
    assert new == key() | {"n": N(2), "l": {"L": [N(1), N(2)]}, "c": N(1), "t": {"SS": ["x"]}}


def test_updated_new_has_what_was_written(db, table):
    db.put_item(TableName=table, Item=key() | {"n": N(1), "other": N(1)})
    new = db.update_item(TableName=table, Key=key(), UpdateExpression="SET n = :one", ReturnValues="UPDATED_NEW",
                         ExpressionAttributeValues={":one": N(1)})["Attributes"]
    assert new == {"n": N(1)}


def test_numbers_are_exact(db, table):
    db.put_item(TableName=table, Item=key() | {"n": N("0.1")})
    new = db.update_item(TableName=table, Key=key(), UpdateExpression="ADD n :x", ReturnValues="ALL_NEW",
                         ExpressionAttributeValues={":x": N("0.20")})["Attributes"]
    assert new["n"] == N("0.3")


def test_number_of_39_digits(db, table):
    refused("ValidationException", db.put_item, TableName=table, Item=key() | {"n": N("1" * 39)})


def test_syntax_error(db, table):
    refused("ValidationException", db.put_item, "Syntax error", TableName=table, Item=key(), ConditionExpression="n = ")


def test_unknown_function(db, table):
    refused("ValidationException", db.put_item, "exists", TableName=table, Item=key(), ConditionExpression="exists(n)")


def test_undefined_value(db, table):
    refused("ValidationException", db.put_item, ":x", TableName=table, Item=key(), ConditionExpression="n = :x")


def test_unused_value(db, table):
    refused("ValidationException", db.put_item, "unused", TableName=table, Item=key(), ConditionExpression="n = :x",
            ExpressionAttributeValues={":x": N(1), ":y": N(2)})


def test_reserved_word(db, table):
    refused("ValidationException", db.update_item, "reserved keyword", TableName=table, Key=key(),
            UpdateExpression="SET name = :x", ExpressionAttributeValues={":x": N(1)})


def test_undefined_name(db, table):
    refused("ValidationException", db.put_item, "#x", TableName=table, Item=key(), ConditionExpression="attribute_exists(#x)")


def test_comparison_of_other_types_does_not_hold(db, table):
    db.put_item(TableName=table, Item=key() | {"n": S("text")})
    refused("ConditionalCheckFailedException", db.delete_item, TableName=table, Key=key(), ConditionExpression="n < :x",
            ExpressionAttributeValues={":x": N(1)})


def test_key_of_another_type(db, table):
    refused("ValidationException", db.get_item, "The provided key element does not match the schema", TableName=table,
            Key={"pk": N(1), "sk": S("s")})


def test_missing_table(db):
    refused("ResourceNotFoundException", db.get_item, TableName="absent", Key=key())


def test_item_too_large(db, table):
    refused("ValidationException", db.put_item, "Item size has exceeded", TableName=table, Item=key() | {"x": S("x" * 409_600)})


def test_query_ranges_and_order(db, table):
    for name in ["a1", "a2", "a3", "b1"]:
        db.put_item(TableName=table, Item=key(name))
    def names(condition, values, **more):
        found = db.query(TableName=table, KeyConditionExpression="pk = :p AND " + condition,
                         ExpressionAttributeValues={":p": S("p")} | {k: S(v) for k, v in values.items()}, **more)
        return [item["sk"]["S"] for item in found["Items"]]
    assert names("begins_with(sk, :x)", {":x": "a"}) == ["a1", "a2", "a3"]
    assert names("sk BETWEEN :x AND :y", {":x": "a2", ":y": "b1"}, ScanIndexForward=False) == ["b1", "a3", "a2"]
    assert names("sk > :x", {":x": "a3"}) == ["b1"]


def test_query_pages(db, table):
    for index in range(7):
        db.put_item(TableName=table, Item=key(f"s{index}") | {"odd": N(index % 2)})
    pages = db.get_paginator("query").paginate(
        TableName=table, KeyConditionExpression="pk = :p", FilterExpression="odd = :one", ProjectionExpression="sk",
        ExpressionAttributeValues={":p": S("p"), ":one": N(1)}, PaginationConfig={"PageSize": 2})
    assert [item for page in pages for item in page["Items"]] == [{"sk": S(f"s{index}")} for index in (1, 3, 5)]


def test_full_page_has_a_key_to_go_on(db, table):
    """A page that the limit ended has LastEvaluatedKey, whether or not more follows."""
    db.put_item(TableName=table, Item=key())
    page = db.query(TableName=table, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("p")}, Limit=1)
    assert page["LastEvaluatedKey"] == key()


def test_filter_on_a_key(db, table):
    refused("ValidationException", db.query, "Filter Expression can only contain non-primary key attributes", TableName=table,
            KeyConditionExpression="pk = :p", FilterExpression="sk = :p", ExpressionAttributeValues={":p": S("p")})


def test_sparse_index(db, table):
    db.put_item(TableName=table, Item=key("a") | {"open": S("y"), "age": N(10), "x": S("x")})
    db.put_item(TableName=table, Item=key("b") | {"open": S("y"), "age": N(9)})
    db.put_item(TableName=table, Item=key("c"))
    query = dict(TableName=table, IndexName="open-by-age", KeyConditionExpression="#o = :y",
                 ExpressionAttributeNames={"#o": "open"}, ExpressionAttributeValues={":y": S("y")})
    assert [item["sk"]["S"] for item in db.query(**query)["Items"]] == ["b", "a"]
    assert all("x" not in item for item in db.query(**query)["Items"])
    refused("ValidationException", db.query, "Consistent reads are not supported on global secondary indexes", **query, ConsistentRead=True)


def test_batches(db, table):
    items = [key(f"s{index}") for index in range(25)]
    db.batch_write_item(RequestItems={table: [{"PutRequest": {"Item": item}} for item in items]})
    found = db.batch_get_item(RequestItems={table: {"Keys": items}})["Responses"][table]
    assert sorted(item["sk"]["S"] for item in found) == sorted(item["sk"]["S"] for item in items)
    assert db.scan(TableName=table, Select="COUNT")["Count"] == 25


def test_batch_of_26(db, table):
    writes = [{"PutRequest": {"Item": key(f"s{index}")}} for index in range(26)]
    refused("ValidationException", db.batch_write_item, RequestItems={table: writes})


def put_if_absent(table, sk, **more):
    return {"Put": {"TableName": table, "Item": key(sk) | more, "ConditionExpression": "attribute_not_exists(pk)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}


def test_transaction_reasons(db, table):
    db.put_item(TableName=table, Item=key("taken") | {"owner": S("a")})
    error = refused("TransactionCanceledException", db.transact_write_items,
                    TransactItems=[put_if_absent(table, "free"), put_if_absent(table, "taken")])
    assert [reason["Code"] for reason in error["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert error["CancellationReasons"][1]["Item"] == key("taken") | {"owner": S("a")}
    assert "Item" not in db.get_item(TableName=table, Key=key("free"), ConsistentRead=True)


def test_transaction_same_item_twice(db, table):
    refused("ValidationException", db.transact_write_items, "multiple operations on one item",
            TransactItems=[put_if_absent(table, "a"), put_if_absent(table, "a")])


def test_transaction_get(db, table):
    db.put_item(TableName=table, Item=key("a"))
    found = db.transact_get_items(TransactItems=[{"Get": {"TableName": table, "Key": key(sk)}} for sk in ("a", "b")])
    assert [response.get("Item") for response in found["Responses"]] == [key("a"), None]


def test_token_is_done_once(db, table):
    token = str(uuid.uuid4())
    for _ in range(2):
        db.transact_write_items(TransactItems=[put_if_absent(table, "a")], ClientRequestToken=token)


def test_token_used_for_something_else(db, table):
    token = str(uuid.uuid4())
    db.transact_write_items(TransactItems=[put_if_absent(table, "a")], ClientRequestToken=token)
    refused("IdempotentParameterMismatchException", db.transact_write_items,
            TransactItems=[put_if_absent(table, "b")], ClientRequestToken=token)


def test_parallel_transactions_never_share_a_seat(server, db, table):
    if server.name == "moto":
        pytest.skip("moto takes no lock: what happens there is chance, see docs/aws-double.md")
    clients = [client("dynamodb", server.url) for _ in range(8)]
    def buy(buyer):
        won = []
        for seat in range(20):
            pair = [put_if_absent(table, f"s{(seat + step) % 20:02}", owner=S(str(buyer))) for step in range(2)]
            try:
                clients[buyer].transact_write_items(TransactItems=pair)
                won += [f"s{(seat + step) % 20:02}" for step in range(2)]
            except ClientError as error:
                assert error.response["Error"]["Code"] == "TransactionCanceledException"
        return won
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        won = [seat for seats in pool.map(buy, range(8)) for seat in seats]
    assert len(won) == len(set(won)) == db.scan(TableName=table, ConsistentRead=True)["Count"]


def test_consumed_capacity(db, table):
    put = db.put_item(TableName=table, Item=key() | {"x": S("x" * 1_500)}, ReturnConsumedCapacity="TOTAL")
    assert put["ConsumedCapacity"]["CapacityUnits"] == 2
    got = db.get_item(TableName=table, Key=key(), ReturnConsumedCapacity="TOTAL")
    assert got["ConsumedCapacity"]["CapacityUnits"] == 0.5


def test_transactions_cost_double(db, table):
    done = db.transact_write_items(TransactItems=[put_if_absent(table, "a"), put_if_absent(table, "b")], ReturnConsumedCapacity="TOTAL")
    assert done["ConsumedCapacity"][0]["CapacityUnits"] == 4


def test_time_to_live(db, table):
    specification = {"AttributeName": "purgeAfter", "Enabled": True}
    db.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)
    described = db.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "purgeAfter"}
    db.put_item(TableName=table, Item=key() | {"purgeAfter": N(1)})
    assert "Item" in db.get_item(TableName=table, Key=key())


def test_time_to_live_twice(db, table):
    specification = {"AttributeName": "purgeAfter", "Enabled": True}
    db.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)
    refused("ValidationException", db.update_time_to_live, "already enabled", TableName=table, TimeToLiveSpecification=specification)


def test_tables_are_described_and_deleted(db, table):
    described = db.describe_table(TableName=table)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table in [name for page in db.get_paginator("list_tables").paginate() for name in page["TableNames"]]
    db.delete_table(TableName=table)
    refused("ResourceNotFoundException", db.describe_table, TableName=table)
