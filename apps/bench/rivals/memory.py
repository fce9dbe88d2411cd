def peak_memory():
    """The most memory that this process has held, in MiB."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    except OSError:
        import resource  # Not Linux.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
