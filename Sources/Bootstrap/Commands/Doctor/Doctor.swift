import JSON
import Ticketing

/// `ticket doctor`
enum Doctor {
    static let command = Command(
        "doctor", summary: "Looks at everything a sale needs, and says what to do.",
        details: """
            It changes nothing and can be run beside a sale. It ends with 1 when something is so wrong that a sale would fail.
            """
    ) { run async throws(CommandFailure) in
        try run.arguments.noOperands()
        var findings = SettingsLook.findings(run)
        findings += MachineLook.findings(run)
        findings += StoreLook.files(run)
        findings += await StoreLook.contents(run)
        let worst = findings.map(\.grade).max() ?? .ok
        let width = findings.map(\.subject.count).max() ?? 0
        for finding in findings {
            let subject = finding.subject + String(repeating: " ", count: width - finding.subject.count)
            let grade = finding.grade == .ok ? "ok  " : finding.grade.rawValue
            run.console.say("\(grade)  \(subject)  \(finding.words)")
            if let cure = finding.cure {
                run.console.say("      \(String(repeating: " ", count: width))  -> \(cure)")
            }
        }
        run.console.json { writer in
            writer.member("grade", worst.rawValue)
            writer.array("findings") { writer in
                for finding in findings { writer.object { finding.write(to: &$0) } }
            }
        }
        guard worst != .fail else {
            let count = findings.count { $0.grade == .fail }
            throw .finding(count == 1 ? "one thing is wrong" : "\(count) things are wrong")
        }
    }
}
