import { rescuerOf } from "../components/access/rescue";
import { parseSettings } from "../config/settings";
import { inLines, json, shown } from "../toolkit/shown";
import { readStackFile } from "../toolkit/system/stackFile";
import { print } from "../toolkit/terminal";
import { UserError } from "../toolkit/userError";
import { fromSandbox } from "./command/fromSandbox";
import { readOptions, stackOptions, stackUsage } from "./command/options";
import { ofProject, stackFileOf } from "./command/stackChoice";
import { onAws } from "./migration/onAws";
import { renderStatus } from "./migration/render";
import { type Migrating, type MigrationStatus, statusOf } from "./migration/status";

export const USAGE = shown`usage: keyless migration status [OPTIONS]

Shows for each tenant of the model existing how far it has moved from a password to its IAM
login: who still uses the password, for how long nobody has, and whether the next step would
be refused now. It reads the open sessions and the server's log of connections, and says
which of the secrets in migration.secrets are left, without keeping or showing their values.

${stackUsage}
  --live WHERE         a server on AWS instead of the sandbox's: env (PGHOST, PGUSER,
                       PGPASSWORD, …, as for psql) or postgresql://USER@HOST:PORT/DATABASE;
                       sign in as the provisioner or the master. Pulumi reads the stack's
                       outputs, and the current AWS credentials read the log in CloudWatch,
                       the pods of the cluster and what is known of the secrets
  --gate               exit with 1 only if a run would now refuse a state that the config has:
                       before a pull request is merged. Uses of the password, and secrets that
                       cannot be deleted, count for finished while its login is still open
  --json               print one JSON object

Without --gate, the exit code is 1 when a service that has switched cannot finish yet, or when the login of
one that has finished is still open, or a secret that it has deleted is there again.`;

/** What `--json` prints. */
export interface MigrationResult {
    readonly tenants: readonly MigrationStatus[];
}

export async function migration([verb, ...args]: string[]): Promise<number> {
    if (verb === "--help") {
        print(USAGE);
        return 0;
    }
    if (verb !== "status") {
        const given = verb === undefined ? "an action is missing" : `${JSON.stringify(verb)} is not an action`;
        throw new UserError(shown`${given}; allowed is status\n\n${USAGE}`);
    }
    const options = readOptions(args, USAGE, {
        ...stackOptions,
        live: { type: "string" },
        gate: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
    });
    if (options === undefined) {
        return 0;
    }
    const { access } = parseSettings(ofProject(readStackFile(stackFileOf(options))));
    const { tenants: all = [], profiles = [], breakGlass = "" } = access ?? {};
    const tenants = all.filter(({ model }) => model === "existing");
    if (tenants.length === 0) {
        throw new UserError(`the stack ${options.stack} has no tenant of the model existing; only these migrate`);
    }
    const look = async (server: Migrating): Promise<MigrationStatus[]> => {
        const found: MigrationStatus[] = [];
        for (const tenant of tenants) {
            found.push(await statusOf(server, tenant, rescuerOf(tenant.name, profiles, breakGlass), Date.now()));
        }
        return found;
    };
    const found =
        options.live === undefined
            ? await fromSandbox().onMigratingServer(options.stack, look)
            : await onAws(options.live, options.stack, look);
    const now = Date.now();
    print(
        options.json
            ? json({ tenants: found } satisfies MigrationResult)
            : inLines(found.map((one) => renderStatus(one, now))),
    );
    return found.some(options.gate ? ({ refused }) => refused.length > 0 : isLeft) ? 1 : 0;
}

function isLeft({ state, against, open, secrets }: MigrationStatus): boolean {
    return state === "finished"
        ? open || secrets.some(({ cameBack }) => cameBack)
        : state === "switched" && against.length > 0;
}
