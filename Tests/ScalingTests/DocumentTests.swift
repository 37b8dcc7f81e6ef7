import JSON
import Scaling
import Testing

@Suite("Rendered documents")
struct DocumentTests {
    @Test(
        "a decimal is written exactly",
        arguments: [
            (0, "0"), (300, "0.3"), (1_000, "1"), (1_050, "1.05"), (48_000_000, "48000"), (-500, "-0.5"),
            (1, "0.001"),
        ])
    func decimal(thousandths: Int, text: String) {
        #expect(Document.decimal(thousandths: thousandths).json == text)
    }

    @Test("text is escaped in JSON as JSON reads it back")
    func escaping() throws {
        let text = "a\"b\\c\nd\te\u{1}é"
        let file = (["a": .text(text)] as Document).jsonFile
        let value = try JSONValue(parsing: file)
        #expect(value["a"]?.string == text)
    }

    @Test(
        "YAML has quotes where it would read something else than text",
        arguments: [
            ("a", "a"), ("AWS::A::B", "AWS::A::B"), ("2010-09-09", "\"2010-09-09\""), ("true", "\"true\""),
            ("No", "\"No\""), ("1e3", "\"1e3\""), ("", "\"\""), ("a: b", "\"a: b\""), ("a:", "\"a:\""),
            ("${A}", "\"${A}\""), ("- a", "\"- a\""), ("a #b", "\"a #b\""),
        ])
    func quotes(text: String, yaml: String) {
        #expect((["k": .text(text)] as Document).yamlFile == "k: \(yaml)\n")
    }

    @Test("YAML nests lists and members by indentation, and says empty ones")
    func nesting() {
        let document: Document = [
            "a": ["b": 1, "c": [["d": true, "e": [1, "f"]], ["g": [:]]]], "h": [], "i": .reference("J"),
            "k": .substituted("${L}"),
        ]
        #expect(
            document.yamlFile == """
                a:
                  b: 1
                  c:
                    - d: true
                      e:
                        - 1
                        - f
                    - g: {}
                h: []
                i:
                  Ref: J
                k:
                  Fn::Sub: "${L}"

                """)
    }
}
