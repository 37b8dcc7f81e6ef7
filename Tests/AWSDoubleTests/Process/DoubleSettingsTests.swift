import Testing

@testable import AWSDouble

@Suite("The double's settings")
struct DoubleSettingsTests {
    private func refusal(_ arguments: [String], _ variables: [String: String] = [:]) -> String? {
        do throws(DoubleSettings.Fault) {
            _ = try DoubleSettings.parse(arguments) { variables[$0] }
            return nil
        } catch {
            return error.message
        }
    }

    @Test("a bad one is named with its value and what would be right")
    func bad() {
        #expect(refusal(["--port", "http"]) == "--port=http is not right: it must be from 0 to 65535")
        #expect(
            refusal([], ["AWS_DOUBLE_PORT": "-1"])
                == "AWS_DOUBLE_PORT=-1 is not right: it must be from 0 to 65535")
        #expect(
            refusal(["--in-flight-limit", "0"])
                == "--in-flight-limit=0 is not right: it must be a number above 0")
        #expect(refusal(["--table-wait", "30"]) == "--table-wait=30 is not right: it can only be none")
        #expect(refusal(["--port"]) == "--port needs a value")
        #expect(refusal(["--prot", "1"]) == "--prot is no flag of aws-double; try --help")
    }

    @Test("are shown as they are, without the secret of the key")
    func shown() throws {
        let settings = try DoubleSettings.parse(
            ["--print-config", "--control-port", "0", "--check-signatures", "AKID", "hunter2"]
        ) { ["AWS_DOUBLE_PORT": "9"][$0] }
        #expect(settings.isPrinted)
        let lines = settings.description.split(separator: "\n")
        for line in ["--host 127.0.0.1", "--port 9", "--control-port 0", "--in-flight-limit 120000"] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
        #expect(settings.description.contains("AKID") && !settings.description.contains("hunter2"))
        #expect(!(try DoubleSettings.parse([]) { _ in nil }).isPrinted)
    }
}
