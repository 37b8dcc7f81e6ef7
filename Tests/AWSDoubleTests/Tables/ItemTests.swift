import Testing

@testable import AWSDouble

@Suite struct ItemTests {
    private let double = TestDouble()

    init() { double.makeTable() }

    private func query(_ parts: String) -> TestDouble.Seen {
        double.call(.query, #"{"TableName":"seats",\#(parts)}"#)
    }

    @Test("two spellings of one character are two keys")
    func bytesNotCharacters() {
        double.put("p", "e\u{301}", #","n":{"N":"1"}"#)
        double.put("p", "\u{e9}", #","n":{"N":"2"}"#)
        #expect(double.get("p", "e\u{301}").has(#""n":{"N":"1"}"#))
        #expect(double.get("p", "\u{e9}").has(#""n":{"N":"2"}"#))
    }

    @Test(
        "pages at the limit follow each other without a gap, forwards and backwards",
        arguments: [true, false])
    func pages(isForward: Bool) {
        let names = (0..<25).map { "s\(10 + $0)" }
        for name in names.shuffled() { double.put("p", name) }
        var seen: [String] = []
        var start = ""
        for _ in 0..<20 {
            let page = query(
                #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"Limit":4,"#
                    + #""ScanIndexForward":\#(isForward)\#(start)"#)
            let parts = page.text.components(at: #""LastEvaluatedKey":"#)
            seen += TestDouble.Seen(status: 200, text: parts[0], isDropped: false).sortKeys
            guard parts.count > 1 else { break }
            let key = TestDouble.Seen(status: 200, text: parts[1], isDropped: false).sortKeys[0]
            start = #","ExclusiveStartKey":{"pk":{"S":"p"},"sk":{"S":"\#(key)"}}"#
        }
        #expect(seen == (isForward ? names : names.reversed()))
    }

    @Test("a page ends at a megabyte")
    func megabyte() {
        let large = String(repeating: "x", count: 300_000)
        for index in 0..<5 { double.put("p", "s\(index)", #","x":{"S":"\#(large)"}"#) }
        let page = query(
            #""KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":"p"}},"ProjectionExpression":"sk""#
        )
        #expect(page.has(#""Count":4"#))
        #expect(page.has(#""LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"s3"}}"#))
    }

    @Test("an index has the items with its keys and no others, and is never strong")
    func sparseIndex() {
        double.put("p", "a", #","open":{"S":"yes"},"age":{"N":"10"},"secret":{"S":"x"}"#)
        double.put("p", "b", #","open":{"S":"yes"},"age":{"N":"9"}"#)
        double.put("p", "c", #","open":{"S":"yes"}"#)
        let parts =
            #""IndexName":"open-by-age","KeyConditionExpression":"#
            + ##""#o = :o","ExpressionAttributeNames":{"#o":"open"},"ExpressionAttributeValues":{":o":{"S":"yes"}}"##
        let page = query(parts)
        #expect(page.sortKeys == ["b", "a"])
        #expect(!page.has("secret"))
        #expect(query(parts + #","ConsistentRead":true"#).has("Consistent reads are not supported"))
        double.put("p", "b", #","age":{"N":"9"}"#)
        #expect(query(parts).sortKeys == ["a"])
        #expect(double.put("p", "d", #","age":{"S":"9"}"#).has("Type mismatch for Index Key age"))
    }

    @Test("an item of 400 KB is taken and one byte more is not")
    func itemSize() {
        let room = 409_600 - "pk".utf8.count - 1 - "sk".utf8.count - 1 - "x".utf8.count
        let most = String(repeating: "x", count: room)
        #expect(double.put("p", "s", #","x":{"S":"\#(most)"}"#).status == 200)
        #expect(double.put("p", "s", #","x":{"S":"\#(most)y"}"#).has("Item size has exceeded"))
    }

    @Test("time to live deletes when it is told to, and not before")
    func timeToLive() {
        let body =
            #"{"TableName":"seats","TimeToLiveSpecification":{"AttributeName":"purgeAfter","Enabled":true}}"#
        #expect(double.call(.updateTimeToLive, body).status == 200)
        #expect(double.call(.updateTimeToLive, body).has("TimeToLive is already enabled"))
        double.put("p", "old", #","purgeAfter":{"N":"1699999000"}"#)
        double.put("p", "new", #","purgeAfter":{"N":"1700009000"}"#)
        double.put("p", "ancient", #","purgeAfter":{"N":"1000000000"}"#)
        #expect(double.get("p", "old").has("purgeAfter"))
        #expect(double.desk.tables.expireItems() == 1)
        #expect(double.get("p", "old").text == "{}")
        #expect(double.get("p", "new").has("purgeAfter"))
        #expect(double.get("p", "ancient").has("purgeAfter"))
    }

    @Test(
        "bad input is a ValidationException or a SerializationException",
        arguments: [
            "", "{", "[]", "null", #"{"TableName":5}"#, #"{"TableName":"seats"}"#,
            #"{"TableName":"seats","Item":{}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"N":"1"}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":""},"sk":{"S":"s"}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"x":{}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"x":{"S":"a","N":"1"}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"x":{"SS":[]}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"x":{"SS":["a","a"]}}}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"},"x":{"N":"abc"}}}"#,
            ##"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"}},"ExpressionAttributeNames":{"#a":"b"}}"##,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"}},"ReturnValues":"ALL_NEW"}"#,
            #"{"TableName":"seats","Item":{"pk":{"S":"p"},"sk":{"S":"s"}},"Expected":{}}"#,
        ])
    func badInput(_ body: String) {
        let seen = double.call(.putItem, body)
        #expect(seen.status == 400)
        #expect(seen.has("ValidationException") || seen.has("SerializationException"), "\(seen.text)")
    }

    @Test("deep documents are refused and do not end the process")
    func nesting() {
        func nested(_ depth: Int) -> String {
            String(repeating: #"{"L":["#, count: depth) + #"{"S":"x"}"#
                + String(repeating: "]}", count: depth)
        }
        #expect(double.put("p", "s", #","x":\#(nested(30))"#).status == 200)
        #expect(double.put("p", "s", #","x":\#(nested(40))"#).has("Nesting Levels have exceeded"))
        #expect(double.put("p", "s", #","x":\#(nested(5_000))"#).status == 400)
    }

    @Test("random bodies end in an answer")
    func randomBodies() {
        let pieces = [
            "{", "}", "[", "]", ":", ",", "\"TableName\"", "\"seats\"", "\"Key\"", "\"Item\"", "\"S\"",
            "\"N\"", "\"pk\"",
            "\"sk\"", "1", "true", "null", "\"UpdateExpression\"", "\"SET a = :b\"", "\"TransactItems\"",
            "\"Put\"", "\\",
        ]
        var dice = TestDice(seed: 11)
        for _ in 0..<5_000 {
            let body = (0..<dice.next(24)).map { _ in pieces[dice.next(pieces.count)] }.joined()
            let operation = Operation.allCases[dice.next(Operation.allCases.count)]
            #expect(double.call(operation, body).status != 500)
        }
    }
}

extension String {
    /// Cut at every occurrence, like a split by a word.
    fileprivate func components(at separator: String) -> [String] {
        split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}

extension TestDouble.Seen {
    var sortKeys: [String] {
        text.ranges(of: #""sk":{"S":""#).map { start in
            String(text[start.upperBound...].prefix { $0 != "\"" })
        }
    }
}
