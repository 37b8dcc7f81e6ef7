import Testing

@testable import AWSDouble

/// One item, and what holds for it.
struct ConditionBench {
    static func map(_ json: String) throws -> AttributeMap {
        var map = AttributeMap()
        try Array("{\"Item\":\(json)}".utf8).withUnsafeBytes { bytes in
            map = try ItemRequest.parse(bytes).item!
        }
        return map
    }

    let item: AttributeMap
    let values: AttributeMap

    init(_ item: String, _ values: String) throws {
        self.item = try Self.map(item)
        self.values = try Self.map(values)
    }

    func holds(_ expression: String) throws -> Bool {
        let parsed = try ExpressionParser.parse(expression) { parser throws(ExpressionFault) in
            try parser.condition()
        }
        var placeholders = Placeholders(names: [("#state", "state")], values: values)
        let scope = try placeholders.scope(for: parsed)
        try parsed.tree.check(scope)
        return parsed.tree.holds(for: item, scope)
    }
}

@Suite struct ConditionTests {
    private let bench: ConditionBench

    init() throws {
        bench = try ConditionBench(
            """
            {"n":{"N":"5"},"s":{"S":"seat-17"},"tags":{"SS":["a","b"]},"l":{"L":[{"N":"1"},{"M":{"x":{"S":"deep"}}}]},
             "state":{"S":"held"},"yes":{"BOOL":true},"nothing":{"NULL":true},"bytes":{"B":"AQID"}}
            """,
            """
            {":5":{"N":"5.0"},":4":{"N":"4"},":6":{"N":"6"},":s":{"S":"seat"},":a":{"S":"a"},":held":{"S":"held"},
             ":true":{"BOOL":true},":S":{"S":"S"},":deep":{"S":"deep"},":B":{"B":"AQ=="},":7":{"N":"7"}}
            """)
    }

    @Test(
        "a condition that holds",
        arguments: [
            "n = :5", "n <> :4", "n > :4 AND n < :6", "n BETWEEN :4 AND :6", "n IN (:4, :5)", "n >= :5",
            "attribute_exists(n)", "attribute_not_exists(gone)", "attribute_type(s, :S)",
            "begins_with(s, :s)",
            "contains(tags, :a)", "contains(s, :s)", "size(s) = :7", "size(tags) < :4", "l[1].x = :deep",
            "#state = :held", "NOT n = :4", "not n = :4 and yes = :true", "n = :4 OR n = :5",
            "(n = :4 OR n = :5) AND yes = :true", "gone <> :4", "begins_with(bytes, :B)",
            "contains(bytes, :B)",
            "NOT (n = :4 AND n = :5)", "NOT NOT n = :5", "n = :5 OR n = :4 AND n = :6",
            "  n=:5  ", "attribute_exists(l[1].x)", "size(:s) = :4", "l[0] < n",
        ])
    func holds(_ expression: String) throws {
        #expect(try bench.holds(expression))
    }

    @Test(
        "a condition that does not hold, and is no error",
        arguments: [
            "n = :4", "n = :s", "s > :4", "gone = :4", "gone < :4", "attribute_not_exists(n)",
            "attribute_exists(l[2])", "attribute_type(n, :S)", "contains(n, :a)", "begins_with(tags, :a)",
            "size(n) = :5", "size(gone) > :4", "l[1] = :deep", "s.x = :deep", "n[0] = :5", "yes = :5",
            "nothing = :true", "(n = :5 OR n = :4) AND n = :6", "NOT n = :5 AND n = :5",
        ])
    func doesNotHold(_ expression: String) throws {
        #expect(try !bench.holds(expression))
    }

    @Test(
        "a bad expression is refused in DynamoDB's words",
        arguments: [
            ("n = ", "Syntax error; token: \"<EOF>\", near: \"=\""),
            ("n == :5", "Syntax error; token: \"=\", near: \"= = :5\""),
            ("n = :5 n", "Syntax error; token: \"n\", near: \":5 n\""),
            (
                "n = :nope",
                "An expression attribute value used in expression is not defined; attribute value: :nope"
            ),
            (
                "#nope = :5",
                "An expression attribute name used in the document path is not defined; attribute name: #nope"
            ),
            ("name = :5", "Attribute name is a reserved keyword; reserved keyword: name"),
            ("exists(n)", "Invalid function name; function: exists"),
            (
                "attribute_exists(n, s)",
                "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
            ),
            (
                "begins_with(s, :5)",
                "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
            ),
            (
                "n < :true",
                "Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"
            ),
            (
                "n = n",
                "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"
            ),
            (
                "n BETWEEN :6 AND :4",
                "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:6}, upper bound operand: AttributeValue: {N:4}"
            ),
            ("((n = :5))", "The expression has redundant parentheses;"),
            (
                "attribute_type(n, :5)",
                "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"
            ),
            (
                "attribute_exists(:5)",
                "Operator or function requires a document path; operator or function: attribute_exists"
            ),
            ("", "The expression can not be empty;"),
        ])
    func refused(expression: String, message: String) {
        do {
            _ = try bench.holds(expression)
            Issue.record("\(expression) was taken")
        } catch let fault as ExpressionFault {
            #expect(fault.message == message)
        } catch {
            Issue.record(error)
        }
    }

    @Test("parentheses that group are no redundant ones")
    func groups() throws {
        #expect(try bench.holds("((n = :5) AND (yes = :true)) OR (n = :4)"))
        #expect(try bench.holds("(n = :5 AND (n = :5 OR n = :4))"))
    }

    @Test("an expression that is nested too deeply is refused and does not end the process")
    func depth() {
        let deep = String(repeating: "NOT ", count: 200) + "n = :5"
        #expect(throws: ExpressionFault.self) { try bench.holds(deep) }
        let open =
            String(repeating: "(n = :4 OR ", count: 150) + "n = :5" + String(repeating: ")", count: 150)
        #expect(throws: ExpressionFault.self) { try bench.holds(open) }
    }
}
