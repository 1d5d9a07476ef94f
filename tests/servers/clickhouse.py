# SPDX-License-Identifier: Apache-2.0
"""A ClickHouse server of a test's own: on loopback, free ports, its data in a folder of the test; stopped by its pid.

    with clickhouse.Server(folder) as server:   # None of the programs: clickhouse.available() is False
        server.run("CREATE TABLE …")
        url = server.url
"""
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

PASSWORD = "geheim-8472"


def available():
    return shutil.which("clickhouse-server", path=os.environ.get("PATH", "") + ":/usr/sbin") is not None


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


CONFIG = """<yandex>
<logger><level>warning</level><log>{dir}/log</log><errorlog>{dir}/errors</errorlog></logger>
<http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>
<interserver_http_port>{inter}</interserver_http_port><interserver_http_host>127.0.0.1</interserver_http_host>
<path>{dir}/data/</path><tmp_path>{dir}/tmp/</tmp_path><user_files_path>{dir}/files/</user_files_path>
<users_config>users.xml</users_config><default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>268435456</mark_cache_size><timezone>Asia/Shanghai</timezone>
<remote_servers><two>{shards}</two></remote_servers>
</yandex>
"""
SHARD = "<shard><replica><host>127.0.0.1</host><port>%d</port></replica></shard>"
USERS = """<yandex><profiles><default><max_memory_usage>2000000000</max_memory_usage>
<allow_experimental_low_cardinality_type>1</allow_experimental_low_cardinality_type></default>
<reader><readonly>1</readonly></reader></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
<reader><password>%s</password><networks><ip>127.0.0.1</ip></networks><profile>reader</profile><quota>default</quota></reader></users>
<quotas><default><interval><duration>3600</duration><queries>0</queries><errors>0</errors><result_rows>0</result_rows>
<read_rows>0</read_rows><execution_time>0</execution_time></interval></default></quotas></yandex>
""" % PASSWORD


class Server:
    """One server; `shards` are the tcp ports of a cluster called two."""

    def __init__(self, folder, tcp=None, shards=()):
        self.dir = os.path.abspath(folder)
        self.http, self.tcp = free_port(), tcp or free_port()
        self.url = "http://127.0.0.1:%d" % self.http
        self.shards = shards or (self.tcp,)
        self.process = None

    def start(self):
        shutil.rmtree(self.dir, ignore_errors=True)
        for name in ("data", "tmp", "files"):
            os.makedirs(os.path.join(self.dir, name))
        with open(os.path.join(self.dir, "config.xml"), "w") as held:
            held.write(CONFIG.format(dir=self.dir, http=self.http, tcp=self.tcp, inter=free_port(),
                                     shards="".join(SHARD % port for port in self.shards)))
        with open(os.path.join(self.dir, "users.xml"), "w") as held:
            held.write(USERS)
        program = shutil.which("clickhouse-server", path=os.environ.get("PATH", "") + ":/usr/sbin")
        with open(os.path.join(self.dir, "out"), "w") as out:
            self.process = subprocess.Popen([program, "--config-file=" + os.path.join(self.dir, "config.xml")],
                                            stdout=out, stderr=out, cwd=self.dir)
        for _ in range(300):
            try:
                if self.run("SELECT 1").strip() == "1":
                    return self
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the server does not start: see " + self.dir)

    def run(self, sql, timeout=60, **settings):
        """One statement; its answer as text."""
        address = self.url + "/?" + urllib.parse.urlencode(settings)
        with urllib.request.urlopen(urllib.request.Request(address, data=sql.encode()), timeout=timeout) as got:
            return got.read().decode()

    def kill(self):
        """As a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
