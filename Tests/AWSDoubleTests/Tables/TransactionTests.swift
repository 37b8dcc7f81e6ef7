import Testing

@testable import AWSDouble

@Suite struct TransactionTests {
    private let double = TestDouble()

    init() { double.makeTable() }

    private func putIfAbsent(_ sk: String, _ others: String = "") -> String {
        #"{"Put":{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"\#(sk)"}\#(others)},"#
            + #""ConditionExpression":"attribute_not_exists(pk)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}"#
    }

    private func transact(_ actions: [String], token: String? = nil) -> TestDouble.Seen {
        let tail = token.map { #","ClientRequestToken":"\#($0)""# } ?? ""
        return double.call(
            .transactWriteItems, #"{"TransactItems":[\#(actions.joined(separator: ","))]\#(tail)}"#)
    }

    @Test("one failed condition undoes nothing, because nothing was done")
    func allOrNothing() {
        double.put("p", "taken", #","owner":{"S":"first"}"#)
        let seen = transact([putIfAbsent("free"), putIfAbsent("taken"), putIfAbsent("also-free")])
        #expect(seen.status == 400)
        #expect(seen.has("[None, ConditionalCheckFailed, None]"))
        #expect(double.get("p", "free").text == "{}")
        #expect(double.get("p", "also-free").text == "{}")
    }

    @Test("the reasons stand in the order of the actions, with the item where ALL_OLD was asked for")
    func reasons() {
        double.put("p", "taken", #","owner":{"S":"first"}"#)
        let seen = transact([putIfAbsent("free"), putIfAbsent("taken")])
        let reasons = #"{"CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","#
        #expect(seen.has(String(reasons.dropFirst())))
        #expect(seen.has(#""Item":{"owner":{"S":"first"},"pk":{"S":"p"},"sk":{"S":"taken"}}"#))
    }

    @Test("every condition sees the tables as they were before the transaction")
    func isolation() {
        double.put("p", "a", #","n":{"N":"1"}"#)
        let add =
            #"{"Update":{"TableName":"seats","Key":{"pk":{"S":"p"},"sk":{"S":"a"}},"UpdateExpression":"SET n = n + :1","ExpressionAttributeValues":{":1":{"N":"1"}}}}"#
        let check =
            #"{"ConditionCheck":{"TableName":"seats","Key":{"pk":{"S":"p"},"sk":{"S":"b"}},"ConditionExpression":"attribute_not_exists(pk)"}}"#
        #expect(transact([add, check]).status == 200)
        #expect(double.get("p", "a").has(#""n":{"N":"2"}"#))
        double.put("p", "b")
        #expect(transact([add, check]).has("[None, ConditionalCheckFailed]"))
        #expect(double.get("p", "a").has(#""n":{"N":"2"}"#))
    }

    @Test("an item may be named once")
    func sameItemTwice() {
        let seen = transact([putIfAbsent("a"), putIfAbsent("a")])
        #expect(seen.has("Transaction request cannot include multiple operations on one item"))
        #expect(double.get("p", "a").text == "{}")
    }

    @Test("a hundred actions are taken and one more is not")
    func limit() {
        #expect(transact((0..<100).map { putIfAbsent("s\($0)") }).status == 200)
        #expect(transact((100..<201).map { putIfAbsent("s\($0)") }).has("length less than or equal to 100"))
        #expect(transact([]).has("length greater than or equal to 1"))
    }

    @Test("the same token and request is done once, for ten minutes")
    func token() {
        #expect(transact([putIfAbsent("a")], token: "t1").status == 200)
        #expect(transact([putIfAbsent("a")], token: "t1").status == 200)
        #expect(transact([putIfAbsent("b")], token: "t1").has("IdempotentParameterMismatchException"))
        #expect(double.get("p", "b").text == "{}")
        double.pass(seconds: 599)
        #expect(transact([putIfAbsent("a")], token: "t1").status == 200)
        double.pass(seconds: 2)
        #expect(transact([putIfAbsent("a")], token: "t1").has("ConditionalCheckFailed"))
    }

    @Test("a token whose transaction was cancelled is not used up")
    func tokenOfCancelled() {
        double.put("p", "a")
        #expect(transact([putIfAbsent("a")], token: "t2").status == 400)
        double.call(.deleteItem, #"{"TableName":"seats","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}}"#)
        #expect(transact([putIfAbsent("a")], token: "t2").status == 200)
    }

    @Test("a request whose members come in another order is the same request")
    func tokenAndOrder() {
        let one =
            #"{"Put":{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"x"}},"ConditionExpression":"attribute_not_exists(pk)"}}"#
        let other =
            #"{"Put":{"ConditionExpression":"attribute_not_exists(pk)","Item":{"sk":{"S":"x"},"pk":{"S":"p"}},"TableName":"seats"}}"#
        #expect(transact([one], token: "t3").status == 200)
        #expect(transact([other], token: "t3").status == 200)
    }

    @Test("items of a transaction under way meet conflicts until it is over")
    func conflicts() {
        var settings = FaultSettings()
        settings.transactionHoldMs = 500
        double.desk.faults.set(settings)
        #expect(transact([putIfAbsent("a")]).status == 200)
        #expect(transact([putIfAbsent("b"), putIfAbsent("a")]).has("[None, TransactionConflict]"))
        #expect(double.put("p", "a").has("TransactionConflictException"))
        let get = #"{"TransactItems":[{"Get":{"TableName":"seats","Key":{"pk":{"S":"p"},"sk":{"S":"a"}}}}]}"#
        #expect(double.call(.transactGetItems, get).has("TransactionConflict"))
        #expect(double.get("p", "a").status == 200)
        double.pass(seconds: 1)
        #expect(double.put("p", "a").status == 200)
    }

    @Test("a transaction is billed twice what its writes are, a repeated one for reading")
    func capacity() {
        let body =
            #"{"TransactItems":[\#(putIfAbsent("a")),\#(putIfAbsent("b"))],"ClientRequestToken":"c","ReturnConsumedCapacity":"TOTAL"}"#
        #expect(double.call(.transactWriteItems, body).has(#""CapacityUnits":4,"WriteCapacityUnits":4"#))
        #expect(double.call(.transactWriteItems, body).has(#""CapacityUnits":4,"ReadCapacityUnits":4"#))
    }
}
