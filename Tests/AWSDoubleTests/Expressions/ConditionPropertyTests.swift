import Testing

@testable import AWSDouble

/// Random conditions with a truth of their own beside them.
private struct RandomCondition {
    var dice: TestDice
    /// Five attributes that are there or not.
    var present: [Bool]

    /// The expression, its truth, and how strongly it binds: 0 OR, 1 AND, 2 anything else.
    mutating func make(_ depth: Int) -> (text: String, isTrue: Bool, strength: Int) {
        switch depth == 0 ? 0 : dice.next(4) {
        case 1:
            let (left, right) = (make(depth - 1), make(depth - 1))
            return ("\(left.text) OR \(right.text)", left.isTrue || right.isTrue, 0)
        case 2:
            let left = make(depth - 1)
            let right = make(depth - 1)
            return (
                "\(grouped(left, below: 1)) AND \(grouped(right, below: 1))", left.isTrue && right.isTrue, 1
            )
        case 3:
            let inner = make(depth - 1)
            return ("NOT \(grouped(inner, below: 2))", !inner.isTrue, 2)
        default:
            let index = dice.next(present.count)
            return ("attribute_exists(a\(index))", present[index], 2)
        }
    }

    private func grouped(_ part: (text: String, isTrue: Bool, strength: Int), below strength: Int) -> String {
        part.strength < strength ? "(\(part.text))" : part.text
    }
}

@Suite struct ConditionPropertyTests {
    @Test("AND binds stronger than OR and NOT stronger than AND, in a thousand random conditions")
    func precedence() throws {
        for seed in 0..<1_000 {
            var dice = TestDice(seed: UInt64(seed))
            let present = (0..<5).map { _ in dice.next(2) == 1 }
            var random = RandomCondition(dice: dice, present: present)
            let condition = random.make(5)
            var item = AttributeMap()
            for index in 0..<5 where present[index] { item[Text("a\(index)")] = .bool(true) }
            let parsed = try ExpressionParser.parse(condition.text) { parser throws(ExpressionFault) in
                try parser.condition()
            }
            var placeholders = Placeholders()
            let scope = try placeholders.scope(for: parsed)
            #expect(parsed.tree.holds(for: item, scope) == condition.isTrue, "\(condition.text)")
        }
    }

    @Test("random bytes end in a tree or a refusal, never in a crash")
    func randomBytes() {
        var dice = TestDice(seed: 99)
        for _ in 0..<20_000 {
            let bytes = (0..<dice.next(40)).map { _ in UInt8(dice.next(256)) }
            tryAll(String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test("random tokens end in a tree or a refusal, never in a crash")
    func randomTokens() {
        let words = [
            "a", "#b", ":c", "(", ")", "[", "]", ",", ".", "+", "-", "=", "<>", "<", "<=", ">", ">=", "AND",
            "OR",
            "NOT", "IN", "BETWEEN", "SET", "REMOVE", "ADD", "DELETE", "size", "attribute_exists",
            "begins_with",
            "contains", "if_not_exists", "list_append", "0", "7", "99999999", "attribute_type", "name", "é",
            "\u{0}",
        ]
        var dice = TestDice(seed: 5)
        var understood = 0
        for _ in 0..<40_000 {
            let text = (0..<(1 + dice.next(14))).map { _ in words[dice.next(words.count)] }
            understood += tryAll(text.joined(separator: dice.next(4) == 0 ? "" : " "))
        }
        #expect(understood > 100, "nearly nothing was an expression: the test has no teeth")
    }

    /// Parses it as everything it could be; what parses is also checked and evaluated.
    @discardableResult
    private func tryAll(_ text: String) -> Int {
        var understood = 0
        var item = AttributeMap()
        item["a"] = .list([.map(AttributeMap()), .number(.zero)])
        item["b"] = .stringSet(["x"])
        var values = AttributeMap()
        values[":c"] = .number(DecimalNumber(3))
        func attempt(_ body: () throws -> Void) {
            do {
                try body()
                understood += 1
            } catch {}
        }
        attempt {
            let parsed = try ExpressionParser.parse(text) { parser throws(ExpressionFault) in
                try parser.condition()
            }
            var placeholders = Placeholders(names: [("#b", "b")], values: values)
            let scope = try placeholders.scope(for: parsed)
            try parsed.tree.check(scope)
            _ = parsed.tree.holds(for: item, scope)
        }
        attempt {
            let parsed = try ExpressionParser.parse(text) { parser throws(ExpressionFault) in
                try parser.update()
            }
            var placeholders = Placeholders(names: [("#b", "b")], values: values)
            let scope = try placeholders.scope(for: parsed)
            try parsed.tree.check(scope)
            _ = try parsed.tree.applied(to: item, scope)
        }
        attempt {
            let parsed = try ExpressionParser.parse(text) { parser throws(ExpressionFault) in
                try parser.projection()
            }
            var placeholders = Placeholders(names: [("#b", "b")], values: values)
            let scope = try placeholders.scope(for: parsed)
            try parsed.tree.check(scope)
            _ = parsed.tree.applied(to: item, scope)
        }
        return understood
    }
}
