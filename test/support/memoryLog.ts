import type { ConnectionLog, LogLine } from "../../components/tenancy/migration/connectionLog";

/** A log as RDS writes it, in memory. */
export class MemoryLog implements ConnectionLog {
    readonly name = "/aws/rds/cluster/db/postgresql";
    written: LogLine[] = [];

    /** @param asks the login whose own connection the log shows as soon as it is asked for; null: lines arrive late */
    constructor(private readonly asks: string | null = "keyless_provisioner") {}

    /** Somebody connects every two hours. */
    monitoring(days: number, now = Date.now()): void {
        for (let hours = 1; hours < days * 24; hours += 2) {
            this.write(now - hours * 3_600_000, "rdsadmin", "rdsadmin", "[local]");
        }
    }

    write(at: number, login: string, database = "app", from = "10.0.1.7(50000)", application = ""): void {
        const time = new Date(at).toISOString().slice(0, 19).replace("T", " ");
        const name = application === "" ? "" : ` application_name=${application}`;
        const ssl = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)";
        const text = `${time} UTC:${from}:${login}@${database}:[4711]:LOG:  connection authorized: user=${login} database=${database}${name}${ssl}`;
        this.written.push({ at, text });
    }

    async lines(text: string, { from, to }: { readonly from: number; readonly to: number }): Promise<LogLine[]> {
        if (this.asks !== null && text === `user=${this.asks}`) {
            this.write(from, this.asks, "app", "10.0.1.1(4000)", "keyless");
        }
        return this.written.filter((line) => line.at >= from && line.at < to && line.text.includes(text));
    }
}
