# SPDX-License-Identifier: Apache-2.0
"""Disks that are full and folders that cannot be written: clear errors, nothing earlier lost."""
import os
import resource
import shlex
import signal
import subprocess

from harness import PROGRAM, SMALL, TIMEOUT, Case, main


def limit_files(size):
    """No file may grow beyond `size` bytes: writes fail with EFBIG, as they do with ENOSPC on a full disk."""
    def apply():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return apply


class Disk(Case):
    def setUp(self):
        super().setUp()
        self.write("small.yaml", SMALL)

    def test_a_folder_that_is_a_file(self):
        self.write("results", "a file\n")
        result = self.fails(1, "sweep", "small.yaml", says="results")
        self.assertRegex(result.err, r"results.*(Not a directory|File exists)")
        self.fails(1, "sweep", "small.yaml", "-o", "results/deep/r.h5", says="results")
        self.assertEqual(self.read("results"), b"a file\n")

    def test_journals_that_are_a_file(self):
        self.write("r.h5.runs", "a file\n")
        self.fails(1, "sweep", "small.yaml", "-o", "r.h5", says="r.h5.runs")
        self.assertEqual(self.read("r.h5.runs"), b"a file\n")

    def test_a_result_that_is_a_folder(self):
        self.path("r.h5").mkdir()
        self.fails(2, "sweep", "small.yaml", "-o", "r.h5", says="r.h5 is a folder")
        self.fails(2, "sweep", "small.yaml", "-o", "r.h5", "--restart", says="r.h5 is a folder")

    def test_a_file_that_is_no_result(self):
        self.write("r.h5", "precious\n")
        for more in ([], ["--restart"]):
            self.fails(2, "sweep", "small.yaml", "-o", "r.h5", *more, says=["no result of psnsim", "remove it"])
        self.assertEqual(self.read("r.h5"), b"precious\n")

    def test_a_folder_without_permission(self):
        self.path("shut").mkdir()
        self.path("shut").chmod(0o500)
        if os.access(self.path("shut"), os.W_OK):
            self.skipTest("root may write everywhere")
        self.fails(1, "sweep", "small.yaml", "-o", "shut/r.h5", says=["shut", "Permission denied"])

    def test_a_strange_file_among_the_journals_is_not_removed(self):
        self.write("r.h5.runs/notes.txt", "precious\n")
        self.ok("sweep", "small.yaml", "-o", "r.h5")
        self.assertEqual(self.read("r.h5.runs/notes.txt"), b"precious\n")
        self.fails(2, "sweep", "small.yaml", "-o", "r.h5", "--restart", says="notes.txt")
        self.assertEqual(self.read("r.h5.runs/notes.txt"), b"precious\n")

    def test_files_that_may_not_grow(self):
        self.ok("sweep", "small.yaml", "-o", "r.h5", "-q")
        earlier = self.read("r.h5")
        for size in (0, 4096, 65536, 100000):
            result = self.run_program("sweep", "small.yaml", "-o", "r.h5", "-s", "study.seed=5", "--restart",
                                      preexec=limit_files(size))
            self.assertEqual(result.status, 1, f"{size}: {result.err}")
            self.assertRegex(result.err, r"r\.h5\S*.*File too large", f"{size}")
            self.assertEqual(earlier, self.read("r.h5"), f"{size}")
        self.ok("sweep", "small.yaml", "-o", "r.h5", "-s", "study.seed=5", "--restart", "-q")
        self.ok("sweep", "small.yaml", "-o", "other.h5", "-s", "study.seed=5", "-q")
        self.assertEqual(self.read("r.h5"), self.read("other.h5"))

    def test_a_disk_that_is_full_keeps_what_there_is(self):
        """A file system of its own, of ever more room, until the sweep comes to its end there."""
        self.ok("sweep", "small.yaml", "-o", "expected.h5", "-q")
        self.path("disk").mkdir()
        sweep = f"{shlex.quote(PROGRAM)} sweep small.yaml -o disk/r.h5 --threads 2"
        # In name spaces of our own: no right is needed, and nothing stays mounted.
        script = f"""
            mount -t tmpfs -o size=64k none disk || exit 77
            size=64
            while :; do
                {sweep} >/dev/null 2>error; status=$?
                [ $status -eq 0 ] && break
                cat error
                [ $status -eq 1 ] || exit 10
                grep -q 'No space left' error || exit 11
                [ -e disk/r.h5 ] && exit 12
                size=$((size * 2)); [ $size -gt 1000000 ] && exit 13
                mount -o remount,size=${{size}}k disk || exit 77
            done
            cmp disk/r.h5 expected.h5 || exit 14
            echo finished at $size KB"""
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=self.folder, timeout=8 * TIMEOUT,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode == 77 or "unshare failed" in done.stdout:
            self.skipTest("no file system can be mounted here: " + done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("No space left", done.stdout)
        self.assertIn("finished at", done.stdout)


if __name__ == "__main__":
    main()
