/**
 * The schema of a Systems Manager session document:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html
 */
export type SessionDocument = Readonly<Record<string, unknown>>;

/** A shell on the bastion, with logged input and output. */
export function shellSession(logGroup: string): SessionDocument {
    return {
        schemaVersion: "1.0",
        description: "a shell on the bastion, logged",
        sessionType: "Standard_Stream",
        inputs: {
            cloudWatchLogGroupName: logGroup,
            // Refuse the session if the log group is not encrypted.
            cloudWatchEncryptionEnabled: true,
            cloudWatchStreamingEnabled: true,
            // Minutes.
            idleSessionTimeout: "20",
            maxSessionDuration: "60",
            runAsEnabled: false,
        },
    };
}

/** Forwards a local port to this host and port only: users cannot choose another target. */
export function portSession(description: string, port: string, host?: string): SessionDocument {
    return {
        schemaVersion: "1.0",
        description,
        sessionType: "Port",
        parameters: {
            localPortNumber: {
                type: "String",
                description: "port on one's own machine",
                allowedPattern: "^[0-9]{1,5}$",
                default: "0",
            },
        },
        properties: {
            type: "LocalPortForwarding",
            portNumber: port,
            localPortNumber: "{{ localPortNumber }}",
            ...(host !== undefined && { host }),
        },
    };
}
