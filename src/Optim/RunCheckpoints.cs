// SPDX-License-Identifier: MIT

namespace Ai8x.Optim;

/// <summary>The two checkpoint files of a run: after the last complete epoch, and after the best.</summary>
internal sealed class RunCheckpoints
{
    private readonly string _last;
    private readonly string _best;

    public RunCheckpoints(string folder, string configuration)
    {
        // Made before training, so that a folder that cannot be written is noticed at once.
        Directory.CreateDirectory(folder);
        _last = Path.Combine(folder, Checkpoint.LastFileName);
        _best = Path.Combine(folder, Checkpoint.BestFileName);
        Configuration = configuration;
    }

    public string Configuration { get; }

    public string LastPath => _last;

    /// <summary>Saves the state after an epoch. The best goes first: if the process ends between the two, the epoch is repeated and both are right.</summary>
    public void Save(Checkpoint checkpoint, bool isBest)
    {
        if (isBest) CheckpointFile.Write(_best, checkpoint);
        CheckpointFile.Write(_last, checkpoint);
    }

    /// <summary>Saves the state before the first epoch. The best of an earlier run in the same folder goes first: it is not this run's.</summary>
    public void SaveStart(Checkpoint checkpoint)
    {
        File.Delete(_best);
        CheckpointFile.Write(_last, checkpoint);
    }

    public Checkpoint LoadLast()
    {
        if (!File.Exists(_last)) throw new CheckpointException(_last, "there is no checkpoint to resume from; start the run without resuming");
        Checkpoint checkpoint = CheckpointFile.Read(_last);
        if (RunConfiguration.FirstDifference(Configuration, checkpoint.Configuration) is not var (mine, other)) return checkpoint;
        static string With(string line) => line.Length > 0 ? $"with \"{line}\"" : "without";
        throw new CheckpointException(
            _last, $"the checkpoint is of another run: it was made {With(other)}, this run is {With(mine)}; resume with the same settings and data, or use another folder");
    }
}
