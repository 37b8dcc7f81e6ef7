import JSON

/// What one look of the doctor found.
struct DoctorFinding: Sendable, Equatable {
    enum Grade: String, Sendable, Comparable {
        case ok, warn, fail

        static func < (left: Grade, right: Grade) -> Bool { left.severity < right.severity }

        private var severity: Int {
            switch self {
            case .ok: 0
            case .warn: 1
            case .fail: 2
            }
        }
    }

    let grade: Grade
    /// What was looked at: `disk`.
    let subject: String
    let words: String
    /// What to do about it; nil when there is nothing to do.
    let cure: String?

    static func ok(_ subject: String, _ words: String) -> DoctorFinding {
        DoctorFinding(grade: .ok, subject: subject, words: words, cure: nil)
    }

    static func warn(_ subject: String, _ words: String, cure: String) -> DoctorFinding {
        DoctorFinding(grade: .warn, subject: subject, words: words, cure: cure)
    }

    static func fail(_ subject: String, _ words: String, cure: String) -> DoctorFinding {
        DoctorFinding(grade: .fail, subject: subject, words: words, cure: cure)
    }

    func write(to writer: inout JSONWriter) {
        writer.member("subject", subject)
        writer.member("grade", grade.rawValue)
        writer.member("words", words)
        writer.member("cure", cure)
    }
}
