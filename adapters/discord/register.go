package discord

import (
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"
)

// register tells Discord the bot's commands: everywhere, or in full in the
// servers of the options, and elsewhere only where people are alone with the
// bot. It tries until that has succeeded or the watch ends.
func (w *watch) register(application string) {
	commands := renderCommands(w.specs)
	everywhere := commands
	if len(w.a.only) > 0 {
		everywhere = outsideServers(commands)
	}
	path := "/applications/" + application
	w.put(path+"/commands", everywhere)
	for _, id := range w.a.only {
		w.put(path+"/guilds/"+id+"/commands", inServer(commands))
	}
}

// put sets commands.
func (w *watch) put(path string, commands []*discordgo.ApplicationCommand) {
	for tries := 0; w.ctx.Err() == nil; tries++ {
		_, err := call[struct{}](w.ctx, w.a.caller, request{method: http.MethodPut, path: path, route: "PUT " + path, body: commands})
		if err == nil || w.ctx.Err() != nil {
			return
		}
		f := failed(err)
		pause := max(f.after, min(5*time.Minute, 2*time.Second<<min(tries, 10)))
		if f.status >= 400 && f.status < 500 && f.status != http.StatusTooManyRequests {
			pause = time.Hour // until somebody adds the bot to that server
		}
		w.a.log.WarnContext(w.ctx, "discord: commands are not offered yet; if this goes on, look whether the bot is in all of [discord] servers",
			"error", f, "again_in", pause)
		sleep(w.ctx, pause)
	}
}

// outsideServers returns those of the commands that can be said in private, to
// be offered there only.
func outsideServers(commands []*discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
	private := []*discordgo.ApplicationCommand{}
	for _, c := range commands {
		var contexts []discordgo.InteractionContextType
		for _, context := range *c.Contexts {
			if context != discordgo.InteractionContextGuild {
				contexts = append(contexts, context)
			}
		}
		if len(contexts) > 0 {
			only := *c
			only.Contexts = &contexts
			private = append(private, &only)
		}
	}
	return private
}

// inServer returns the commands as they are offered in one server, where it
// goes without saying.
func inServer(commands []*discordgo.ApplicationCommand) []*discordgo.ApplicationCommand {
	here := make([]*discordgo.ApplicationCommand, len(commands))
	for i, c := range commands {
		only := *c
		only.Contexts, only.IntegrationTypes = nil, nil
		here[i] = &only
	}
	return here
}
