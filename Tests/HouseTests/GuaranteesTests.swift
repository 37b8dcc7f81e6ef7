import Testing

@Suite("The list of guarantees")
struct GuaranteesTests {
    /// The names of the design; metrics, load reports and tests use them.
    private static let names = [
        "no-double-sale", "no-lost-intent", "one-charge", "same-key-same-answer", "holds-end", "no-dead-seat",
        "stale-is-bounded", "refuse-early",
    ]

    private static let tests = SourceTree.project.files.filter { file in
        let isTest = ["Tests/", "Sources/TicketingTesting/", "proofs/"].contains { file.path.hasPrefix($0) }
        return isTest && !file.path.hasPrefix("Tests/HouseTests/") && !file.isMarkdown
    }

    private static func chapters(of text: String) -> [(name: String, titles: [String])] {
        text.split(separator: "\n## ").dropFirst().map { chapter in
            let lines = chapter.split(separator: "\n")
            let titles = lines.filter { $0.hasPrefix("- \"") }.flatMap { line in
                line.dropFirst(2).split(separator: "\"").filter { $0 != ", " }.map(String.init)
            }
            return (name: String(lines[0]), titles: titles)
        }
    }

    @Test("has all of them, and the tests that it names are there under these titles")
    func titles() throws {
        let document = try #require(SourceTree.project.file("docs/guarantees.md"))
        let chapters = Self.chapters(of: document.text)
        #expect(chapters.map(\.name) == Self.names)
        for chapter in chapters {
            #expect(chapter.titles.count >= 3, "\(chapter.name)")
            for title in chapter.titles {
                #expect(Self.tests.contains { $0.text.contains(title) }, "\(chapter.name): \(title)")
            }
        }
    }

    @Test("names metrics that the services have")
    func metrics() throws {
        let document = try #require(SourceTree.project.file("docs/guarantees.md"))
        let sources = SourceTree.project.files.filter { $0.path.hasPrefix("Sources/") }
        let metrics = document.text.split(separator: "`").filter { $0.hasPrefix("ticket_") }
            .map { $0.prefix { $0 != "{" } }
        #expect(metrics.count >= 8)
        for metric in metrics {
            #expect(sources.contains { $0.text.contains("\"\(metric)\"") }, "\(metric)")
        }
    }
}
