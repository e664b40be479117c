/** Environment variables that refer to a real account, cluster, database or Pulumi organization, or change how the engine works. */
export const FOREIGN = /^(AWS_|PULUMI_|PG|MYSQL_|KUBE|(.*_)?DATABASE_URL$|(all|no)_proxy$)/i;
