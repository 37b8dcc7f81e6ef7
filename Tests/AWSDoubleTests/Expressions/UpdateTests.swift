import Testing

@testable import AWSDouble

@Suite struct UpdateTests {
    private func updated(_ expression: String) throws -> AttributeMap {
        let item = try ConditionBench.map(
            """
            {"n":{"N":"5"},"l":{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]},"m":{"M":{"x":{"N":"1"},"y":{"N":"2"}}},
             "tags":{"SS":["a","b"]},"s":{"S":"text"}}
            """)
        let values = try ConditionBench.map(
            """
            {":1":{"N":"1"},":10":{"N":"10"},":s":{"S":"new"},":list":{"L":[{"N":"9"}]},":ab":{"SS":["a","b"]},
             ":c":{"SS":["c"]},":a":{"SS":["a"]}}
            """)
        let parsed = try ExpressionParser.parse(expression) { parser throws(ExpressionFault) in
            try parser.update()
        }
        var placeholders = Placeholders(names: [], values: values)
        let scope = try placeholders.scope(for: parsed)
        try parsed.tree.check(scope)
        return try parsed.tree.applied(to: item, scope)
    }

    @Test(
        "an update gives what is expected",
        arguments: [
            ("SET n = n + :1", #"{"N":"6"}"#, "n"),
            ("SET n = n - :10", #"{"N":"-5"}"#, "n"),
            ("set n = if_not_exists(n, :10)", #"{"N":"5"}"#, "n"),
            ("SET fresh = if_not_exists(fresh, :10) + :1", #"{"N":"11"}"#, "fresh"),
            (
                "SET l = list_append(l, :list)",
                #"{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"},{"N":"9"}]}"#, "l"
            ),
            (
                "SET l = list_append(:list, l)",
                #"{"L":[{"N":"9"},{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"}]}"#, "l"
            ),
            ("REMOVE l[0], l[2]", #"{"L":[{"N":"1"},{"N":"3"}]}"#, "l"),
            ("SET l[99] = :10", #"{"L":[{"N":"0"},{"N":"1"},{"N":"2"},{"N":"3"},{"N":"10"}]}"#, "l"),
            ("SET m.x = :s REMOVE m.y", #"{"M":{"x":{"S":"new"}}}"#, "m"),
            ("ADD n :10", #"{"N":"15"}"#, "n"),
            ("ADD fresh :10", #"{"N":"10"}"#, "fresh"),
            ("ADD tags :c", #"{"SS":["a","b","c"]}"#, "tags"),
            ("DELETE tags :a", #"{"SS":["b"]}"#, "tags"),
            // Every right side sees the item as it was.
            ("SET n = m.x, m.x = n", #"{"N":"1"}"#, "n"),
            ("SET n = m.x, m.x = n", #"{"M":{"x":{"N":"5"},"y":{"N":"2"}}}"#, "m"),
        ])
    func results(expression: String, expected: String, attribute: String) throws {
        let wanted = try ConditionBench.map(#"{"it":\#(expected)}"#)["it"]
        #expect(try updated(expression)[Text(attribute)] == wanted)
    }

    @Test("a set that loses its last element is gone: there are no empty sets")
    func emptySets() throws {
        #expect(try updated("DELETE tags :ab")["tags"] == nil)
        #expect(try updated("REMOVE s, absent, absent2.x")["s"] == nil)
    }

    @Test(
        "a bad update is refused",
        arguments: [
            (
                "SET n = :1, n = :10",
                "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]"
            ),
            (
                "SET m.x = :1 REMOVE m",
                "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m]"
            ),
            (
                "SET m.x = :1, m[0] = :1",
                "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [m, x], path two: [m, [0]]"
            ),
            (
                "SET absent.x = :1",
                "The document path provided in the update expression is invalid for update"
            ),
            ("SET n.x = :1", "The document path provided in the update expression is invalid for update"),
            (
                "SET n = absent",
                "The provided expression refers to an attribute that does not exist in the item"
            ),
            ("SET n = s + :1", "An operand in the update expression has an incorrect data type"),
            (
                "SET n = n + :s",
                "Incorrect operand type for operator or function; operator or function: +, operand type: S"
            ),
            ("ADD s :1", "An operand in the update expression has an incorrect data type"),
            (
                "ADD n :s",
                "Incorrect operand type for operator or function; operator or function: ADD, operand type: STRING"
            ),
            ("SET n = :1 SET s = :s", "The \"SET\" section can only be used once in an update expression;"),
            ("SET n", "Syntax error; token: \"<EOF>\", near: \"n\""),
            ("PUT n = :1", "Syntax error; token: \"PUT\", near: \"PUT n\""),
            ("SET n = n + :1 + :1", "Syntax error; token: \"+\", near: \":1 + :1\""),
        ])
    func refused(expression: String, message: String) {
        do {
            _ = try updated(expression)
            Issue.record("\(expression) was taken")
        } catch let fault as ExpressionFault {
            #expect(fault.message == message)
        } catch {
            Issue.record(error)
        }
    }
}
