import { delimiter, dirname } from "node:path";

import { FOREIGN } from "../../toolkit/system/foreignVariables";

/** The sandbox's settings for the engine and its child processes. */
export interface Surroundings {
    /** Root folder of the sandbox's state. */
    readonly stateDir: string;
    /** Where the backend stores the stacks' state. */
    readonly backendDir: string;
    /** The engine's home folder, in which it records the selected stack. */
    readonly homeDir: string;
    /** Encrypts the secrets in the state. */
    readonly passphrase: string;
    /** Folders with the providers and the policy runner, searched before all others. */
    readonly pluginDirs: readonly string[];
    /** Of the sandbox's cloud. */
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    /** The SOCKS proxy through which the databases' real host names can be reached. */
    readonly socksUrl: string;
    /** The endpoint of the STS stand-in. */
    readonly stsUrl: string;
    /** The endpoint of the CloudWatch Logs stand-in. */
    readonly logsUrl: string;
    /** The endpoint of the Secrets Manager stand-in. */
    readonly secretsUrl: string;
}

/**
 * The engine's environment in the sandbox, without references to anything outside it. A variable with the value
 * undefined must be removed from the inherited environment.
 */
export function engineEnvironment(
    inherited: NodeJS.ProcessEnv,
    {
        stateDir,
        backendDir,
        homeDir,
        passphrase,
        pluginDirs,
        accessKeyId,
        secretAccessKey,
        socksUrl,
        stsUrl,
        logsUrl,
        secretsUrl,
    }: Surroundings,
): Record<string, string | undefined> {
    const foreign = Object.keys(inherited).filter((name) => FOREIGN.test(name));
    return {
        ...Object.fromEntries(foreign.map((name) => [name, undefined])),
        // The providers are started with `node`: make it this one.
        PATH: [...pluginDirs, dirname(process.execPath), inherited["PATH"]].join(delimiter),
        KEYLESS_STATE: stateDir,
        // Only for previews that predict what would be created.
        KEYLESS_FORESIGHT: undefined,
        // Without sidecar files (gocloud.dev/blob/fileblob): killing the engine while it writes one makes the state
        // unreadable.
        PULUMI_BACKEND_URL: `file://${backendDir}?metadata=skip`,
        PULUMI_HOME: homeDir,
        PULUMI_CONFIG_PASSPHRASE: passphrase,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Each step waits twice until the journal has it: for what follows within so many milliseconds, 50 by default, which
        // spares a far service. This one is near.
        PULUMI_JOURNALING_BATCH_PERIOD: "5",
        // No copy of the state per run: the history would grow without bound.
        PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_ENDPOINT_URL_STS: stsUrl,
        AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: logsUrl,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ALL_PROXY: socksUrl,
        NO_PROXY: "127.0.0.1,localhost",
    };
}

/**
 * Does some work with this environment as the process's own, and restores the previous one. An inline program reads the
 * process's environment, where a language host would pass it the engine's.
 */
export async function inEnvironment<T>(
    environment: Readonly<Record<string, string | undefined>>,
    work: () => Promise<T>,
): Promise<T> {
    const before = Object.fromEntries(Object.keys(environment).map((name) => [name, process.env[name]]));
    put(environment);
    try {
        return await work();
    } finally {
        put(before);
    }
}

function put(environment: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(environment)) {
        if (value === undefined) {
            delete process.env[name];
        } else {
            process.env[name] = value;
        }
    }
}
