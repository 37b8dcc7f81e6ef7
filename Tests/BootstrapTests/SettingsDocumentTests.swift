import Bootstrap
import Glibc
import Testing

@Suite("The settings and what is written about them")
struct SettingsDocumentTests {
    @Test("the table has every setting as it is declared; WRITE_DOCS=1 writes it anew")
    func table() throws {
        let text = SettingsDocument.text
        if getenv("WRITE_DOCS") != nil { try ProjectFile.write(text, to: SettingsDocument.path) }
        let written = try ProjectFile.text(SettingsDocument.path).split(
            separator: "\n", omittingEmptySubsequences: false)
        let declared = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(declared.filter { !written.contains($0) } == [], "declared and not in the table")
        #expect(written.filter { !declared.contains($0) } == [], "in the table and not declared")
        #expect(written == declared, "the lines are in another order")
    }

    @Test("each setting stands in the table once, a secret with its file")
    func rows() {
        let lines = SettingsDocument.text.split(separator: "\n")
        for setting in Settings.all {
            let rows = lines.filter { $0.hasPrefix("| `\(setting.variable)`") }
            #expect(rows.count == 1, "\(setting.variable)")
            #expect(rows.first?.contains(setting.help) == true)
            if let file = setting.fileVariable { #expect(rows.first?.contains("`\(file)`") == true) }
        }
    }

    @Test(
        "every variable that a document for people names is a setting",
        arguments: ["README.md", "docs/settings.md"])
    func named(path: String) throws {
        let known = Set(Settings.all.flatMap { [$0.variable, $0.fileVariable].compactMap { $0 } })
        let named = Self.variables(in: try ProjectFile.text(path))
        #expect(!named.isEmpty)
        #expect(named.subtracting(known).sorted() == [])
    }

    @Test("names of variables are found wherever they stand")
    func finding() {
        #expect(
            Self.variables(in: "`TICKET_PORT`, TICKET_A_B.\nXTICKET_C TICKET_") == [
                "TICKET_PORT", "TICKET_A_B",
            ])
    }

    private static func variables(in text: String) -> Set<String> {
        let words = text.split { !($0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_")) }
        return Set(words.filter { $0.hasPrefix("TICKET_") && $0 != "TICKET_" }.map(String.init))
    }
}
