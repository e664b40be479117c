/** The port on which the bastion's proxy listens, on the bastion only. */
export const socksPort = 1080;

/**
 * Turns an Amazon Linux host into a SOCKS proxy to the database and the Kubernetes API: OpenSSH forwards from the host to itself, listens on the
 * loopback interface only, and has a key that never leaves the host. So a client needs only a Systems Manager tunnel.
 *
 * Shells run as ssm-user. The Systems Manager agent grants it sudo only if the agent itself creates the account; with
 * sudo, a shell could stop the agent that logs it:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-getting-started-ssm-user-permissions.html,
 * https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/session/utility/utility_unix.go (CreateLocalAdminUser)
 *
 * @param port the database's port, on any host that the security group lets the bastion reach
 * @param apiHost the Kubernetes API's host name, the only other one that the proxy connects to
 */
export function bastionHost(port: number, apiHost: string): string {
    return `#!/bin/bash
set -euo pipefail
id ssm-user || useradd --create-home ssm-user
echo '# ssm-user has no sudo' > /etc/sudoers.d/ssm-agent-users
chmod 440 /etc/sudoers.d/ssm-agent-users
useradd --system --create-home --shell /sbin/nologin socks
install -d -m 700 -o socks -g socks /home/socks/.ssh
runuser -u socks -- ssh-keygen -q -t ed25519 -N '' -f /home/socks/.ssh/id_ed25519
echo "restrict,port-forwarding,permitopen=\\"*:${port}\\",permitopen=\\"${apiHost}:443\\" $(cat /home/socks/.ssh/id_ed25519.pub)" > /home/socks/.ssh/authorized_keys
chown socks:socks /home/socks/.ssh/authorized_keys
chmod 600 /home/socks/.ssh/authorized_keys
cat > /etc/ssh/sshd_config.d/00-keyless.conf <<'END'
ListenAddress 127.0.0.1
AllowUsers socks
PasswordAuthentication no
PermitRootLogin no
AllowTcpForwarding local
X11Forwarding no
END
systemctl restart sshd
cat > /etc/systemd/system/socks.service <<'END'
[Unit]
Description=SOCKS proxy on the loopback interface
After=sshd.service

[Service]
User=socks
ExecStart=/usr/bin/ssh -N -D 127.0.0.1:${socksPort} -o StrictHostKeyChecking=accept-new -o ExitOnForwardFailure=yes -o ServerAliveInterval=30 socks@127.0.0.1
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --now socks.service
`;
}
