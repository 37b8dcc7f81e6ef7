import Testing

@Suite("Code is told from text")
struct SwiftCodeTests {
    @Test("strings are blanked and comments kept apart")
    func stringsAndComments() {
        let lines = SwiftCode("let a = \"x // y\" // why\nlet b = 1 /* a /* b */ c */ + 2").lines
        #expect(lines[0] == .init(code: "let a = \"\" ", comment: "// why"))
        #expect(lines[1] == .init(code: "let b = 1  + 2", comment: "/* a /* b */ c */"))
    }

    @Test("an interpolation is code again, and quotes inside it end nothing")
    func interpolation() {
        #expect(SwiftCode(#"a("x \(b("y")) z") + c"#).lines[0].code == #"a("\(b(""))") + c"#)
    }

    @Test("raw and multi-line strings end where they end, and every line is counted")
    func rawAndMultiline() {
        let text = "let a = #\"x \" y\"#; b\nlet c = \"\"\"\n    import Z \\\n    \"q\"\n    \"\"\"\nd"
        let lines = SwiftCode(text).lines
        #expect(lines.count == 6)
        #expect(lines[0].code == "let a = #\"\"#; b")
        #expect(lines[2].code.isEmpty)
        #expect(lines[5].code == "d")
    }
}
