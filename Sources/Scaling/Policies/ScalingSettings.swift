/// What an operator may choose about scaling; the rest follows from how the services work.
package struct ScalingSettings: Equatable, Sendable {
    /// What one task of an API service is to have, well below what it can do: a new task needs a minute to come.
    package var requestsPerTaskAndSecond = 800
    /// What may wait for one worker task: a few seconds of its work.
    package var backlogPerTask = 500
    package var publicTasks: (min: Int, max: Int) = (3, 150)
    package var confirmTasks: (min: Int, max: Int) = (3, 60)
    package var workerTasks: (min: Int, max: Int) = (2, 40)

    package init() {}

    package func range(of service: ScaledService) throws(ScalingError) -> TaskRange {
        let (min, max) =
            switch service {
            case .publicSite: publicTasks
            case .confirmDesk: confirmTasks
            case .orderWorker: workerTasks
            }
        do throws(ScalingError) {
            return try TaskRange(min: min, max: max)
        } catch {
            throw ScalingError(error.code, "\(service.rawValue): \(error.message)")
        }
    }

    package static func == (left: ScalingSettings, right: ScalingSettings) -> Bool {
        left.requestsPerTaskAndSecond == right.requestsPerTaskAndSecond
            && left.backlogPerTask == right.backlogPerTask && left.publicTasks == right.publicTasks
            && left.confirmTasks == right.confirmTasks && left.workerTasks == right.workerTasks
    }
}
